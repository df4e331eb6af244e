//! What people and companies are called, what they tag and note. Names are put together from syllables, so that there
//! are thousands of them and compression has no easy game.

use super::random::Random;

const FIRST: &[&str] = &[
    "Aisyah",
    "José",
    "Zoë",
    "Nguyễn",
    "Müge",
    "Søren",
    "Łucja",
    "François",
    "Björn",
    "Iñaki",
    "Chloé",
    "Renée",
    "Wei",
    "Siti",
    "Rahul",
    "Priya",
    "Fatima",
    "Omar",
    "Yusuf",
    "Hannah",
    "Oliver",
    "Amelia",
    "Mateo",
    "Valentina",
    "Thiago",
    "Beatriz",
    "Kenji",
    "Haruka",
    "Minjun",
    "Seo-yeon",
    "Budi",
    "Dewi",
    "Jomar",
    "Maricel",
    "Somchai",
    "Malee",
    "Giulia",
    "Luca",
    "太郎",
    "花子",
    "伟",
    "秀英",
    "민준",
    "서연",
    "محمد",
    "فاطمة",
    "สมชาย",
    "D'Arcy",
    "Jean-Luc",
    "Mary Ann",
];
const LAST: &[&str] = &[
    "Tan",
    "Lim",
    "O'Brien",
    "García",
    "Müller",
    "Schröder",
    "Nguyễn",
    "Trần",
    "Sato",
    "Kimura",
    "Park",
    "Santos",
    "Oliveira",
    "Rossi",
    "Bianchi",
    "Dupont",
    "Lefèvre",
    "Al-Farsi",
    "Haddad",
    "Patel",
    "Krishnan",
    "Wijaya",
    "dela Cruz",
    "van den Berg",
    "Smith",
    "Johnson",
    "王",
    "李",
    "山田",
    "김",
    "الزهراني",
    "ศรีสุข",
];
const START: &[&str] = &[
    "Al", "Ba", "Bra", "Ca", "Chi", "Da", "Del", "Do", "El", "Fa", "Fe", "Ga", "Gri", "Ha", "Hel",
    "Il", "Ja", "Jo", "Ka", "Kri", "La", "Lo", "Ma", "Mi", "Mor", "Na", "Ol", "Pa", "Per", "Ra",
    "Ro", "Sa", "Sel", "Sha", "Ta", "Tri", "Ul", "Va", "Wil", "Ya", "Za", "Zo",
];
const MIDDLE: &[&str] = &[
    "ba", "be", "da", "de", "fi", "ga", "hi", "ja", "ko", "la", "li", "lo", "ma", "mi", "nu", "ra",
    "ri", "ro", "sa", "se", "ta", "ti", "va", "vi", "ya", "ze",
];
const END: &[&str] = &[
    "bel", "chi", "dan", "dra", "fen", "gar", "han", "jan", "kov", "lah", "len", "lia", "man",
    "mir", "nath", "nez", "nia", "ras", "rin", "sen", "shi", "son", "tan", "tha", "ton", "vic",
    "wan", "yev", "zak", "zia",
];
const TRADE: &[&str] = &[
    "Foods", "Freight", "Labs", "Textiles", "Optics", "Dental", "Motors", "Travel", "Studio",
    "Organics", "Realty", "Robotics", "Ceramics", "Solar", "Books", "Fitness", "Legal", "Tiles",
    "Bakery", "Marine", "Paper", "Pharmacy",
];
const FORM: &[&str] = &[
    "",
    "",
    "",
    " Ltd",
    " GmbH",
    " Sdn Bhd",
    ", Inc.",
    " S.A.",
    " & Sons",
    " Co., Ltd.",
];
const TOPIC: &[&str] = &[
    "VIP",
    "Newsletter",
    "Wholesale",
    "Lead",
    "Trial",
    "Partner",
    "Press",
    "Expo",
    "Webinar",
    "Referral",
    "Churned",
    "Priority",
    "Loyalty",
    "Walk-in",
    "Student",
    "Beta",
];
const TURN: &[&str] = &["", "", "", " 2023", " 2024", " 2025", " North", " South"];
const NOTE: &[&str] = &[
    "prefers WhatsApp",
    "call after lunch",
    "met at the fair",
    "asked for a quote",
    "pays on time",
    "moved to another branch",
    "speaks little English",
    "sends friends",
    "wants the catalogue",
    "birthday card sent",
    "do not call on Friday",
    "key account",
    "waiting for samples",
    "came by the website",
    "old customer",
    "changed the owner",
    "second reminder",
];
const SIGN: &[&str] = &["😀", "👍🏽", "🎉", "👩‍💻", "☎️", "🇲🇾", "✅"];

fn syllables(random: &mut Random) -> String {
    let mut word = String::from(random.pick(START));
    if random.chance(600) {
        word += random.pick(MIDDLE);
    }
    word + random.pick(END)
}

pub(super) fn first_name(random: &mut Random) -> String {
    if random.chance(400) {
        random.pick(FIRST).into()
    } else {
        syllables(random)
    }
}

pub(super) fn last_name(random: &mut Random) -> String {
    if random.chance(300) {
        random.pick(LAST).into()
    } else {
        syllables(random)
    }
}

pub(super) fn company(random: &mut Random) -> String {
    format!(
        "{} {}{}",
        syllables(random),
        random.pick(TRADE),
        random.pick(FORM)
    )
}

/// An address under the top-level domain that is reserved for examples.
pub(super) fn email(random: &mut Random) -> String {
    let name = syllables(random).to_lowercase();
    let digits = 3 + random.index(3);
    let number = random.digits(digits);
    let host = syllables(random).to_lowercase();
    match random.below(4) {
        0 => format!("{name}.{number}@{host}.example"),
        1 => format!("{name}{number}@mail.example"),
        2 => format!("{name}+{number}@{host}.example"),
        _ => format!("{name}{number}@{host}.example"),
    }
}

pub(super) fn tag(random: &mut Random) -> String {
    format!("{}{}", random.pick(TOPIC), random.pick(TURN))
}

/// A note that begins with a letter; some have commas, quotes, line breaks or emoji.
pub(super) fn note(random: &mut Random) -> String {
    let (one, two) = (random.pick(NOTE), random.pick(NOTE));
    match random.below(8) {
        0 => format!("{one}\n{two}"),
        1 => format!("{one}, {two}"),
        2 => format!("said \"{one}\""),
        3 => format!("{one} {}", random.pick(SIGN)),
        4 => format!("{one}; {}", random.below(100)),
        _ => one.into(),
    }
}

pub(super) fn birthday(random: &mut Random) -> String {
    format!(
        "{}-{:02}-{:02}",
        1950 + random.below(57),
        1 + random.below(12),
        1 + random.below(28)
    )
}
