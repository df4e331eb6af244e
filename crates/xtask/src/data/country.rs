//! Twenty countries with number ranges in which every number is valid.

use super::random::Random;

/// A country, its language, and where its mobile numbers begin.
pub(super) struct Country {
    pub(super) code: &'static str,
    /// Its English name in CLDR.
    pub(super) name: &'static str,
    pub(super) language: &'static str,
    /// The language's English name in CLDR.
    pub(super) language_name: &'static str,
    calling_code: &'static str,
    /// Beginnings of national numbers, each valid with any digits after it.
    prefixes: &'static [&'static str],
    /// Digits after the beginning.
    digits: usize,
    pub(super) cities: &'static [&'static str],
}

macro_rules! countries {
    ($($code:literal $name:literal, $language:literal $language_name:literal, $calling:literal [$($prefix:literal)*] $digits:literal, [$($city:literal)*];)*) => {
        /// All of them.
        pub(super) const COUNTRIES: &[Country] = &[$(Country {
            code: $code, name: $name, language: $language, language_name: $language_name,
            calling_code: $calling, prefixes: &[$($prefix),*], digits: $digits, cities: &[$($city),*],
        },)*];
    };
}

countries! {
    "MY" "Malaysia", "ms" "Malay", "60" ["12" "16" "19"] 7, ["Kuala Lumpur" "Ipoh" "Johor Bahru" "Kuching" "Melaka" "Shah Alam" "Kota Kinabalu"];
    "SG" "Singapore", "en" "English", "65" ["81" "91" "92" "96" "97"] 6, ["Jurong" "Tampines" "Woodlands" "Bedok"];
    "ID" "Indonesia", "id" "Indonesian", "62" ["812" "813" "821"] 8, ["Jakarta" "Surabaya" "Bandung" "Medan" "Makassar" "Denpasar"];
    "PH" "Philippines", "en" "English", "63" ["917" "918" "920"] 7, ["Manila" "Cebu" "Davao" "Baguio" "Iloilo"];
    "TH" "Thailand", "th" "Thai", "66" ["81" "86" "89"] 7, ["Bangkok" "เชียงใหม่" "Phuket" "Khon Kaen" "Hat Yai"];
    "VN" "Vietnam", "vi" "Vietnamese", "84" ["90" "91" "98"] 7, ["Hà Nội" "Đà Nẵng" "Huế" "Cần Thơ" "Hải Phòng"];
    "IN" "India", "hi" "Hindi", "91" ["98" "99" "97"] 8, ["Mumbai" "Pune" "Chennai" "Kochi" "Jaipur" "Lucknow" "Indore"];
    "JP" "Japan", "ja" "Japanese", "81" ["801" "902" "903"] 7, ["東京" "大阪" "Nagoya" "札幌" "Fukuoka" "京都"];
    "KR" "South Korea", "ko" "Korean", "82" ["102" "103" "104" "109"] 7, ["서울" "부산" "Incheon" "대구" "Daejeon"];
    "CN" "China", "zh" "Chinese", "86" ["138" "139" "150"] 8, ["上海" "北京" "Shenzhen" "成都" "广州" "Hangzhou"];
    "AE" "United Arab Emirates", "ar" "Arabic", "971" ["50" "55"] 7, ["Dubai" "Abu Dhabi" "Sharjah" "Ajman"];
    "SA" "Saudi Arabia", "ar" "Arabic", "966" ["50" "53" "55"] 7, ["Riyadh" "Jeddah" "الدمام" "Abha"];
    "DE" "Germany", "de" "German", "49" ["1511" "1601" "1701"] 7, ["Berlin" "Köln" "München" "Düsseldorf" "Leipzig" "Würzburg"];
    "FR" "France", "fr" "French", "33" ["61" "62" "68"] 7, ["Paris" "Lyon" "Nîmes" "Besançon" "Lille" "Orléans"];
    "ES" "Spain", "es" "Spanish", "34" ["61" "62" "65"] 7, ["Madrid" "Sevilla" "A Coruña" "Cádiz" "Málaga"];
    "IT" "Italy", "it" "Italian", "39" ["347" "333" "328"] 7, ["Roma" "Milano" "Forlì" "Torino" "Bari"];
    "GB" "United Kingdom", "en" "English", "44" ["7900" "7912" "7800"] 6, ["London" "Leeds" "Bristol" "Glasgow" "Cardiff" "York"];
    "US" "United States", "en" "English", "1" ["2122" "3053" "4153" "7134" "2063"] 6, ["New York" "Miami" "Houston" "Seattle" "Boise" "Tulsa"];
    "MX" "Mexico", "es" "Spanish", "52" ["552" "553" "555"] 7, ["Monterrey" "Mérida" "León" "Puebla" "Ciudad de México"];
    "BR" "Brazil", "pt" "Portuguese", "55" ["1198" "2198" "3198"] 7, ["São Paulo" "Rio de Janeiro" "Curitiba" "Goiânia" "Belém"];
}

impl Country {
    /// A mobile number in E.164.
    pub(super) fn phone(&self, random: &mut Random) -> String {
        let prefix = random.pick(self.prefixes);
        format!(
            "+{}{prefix}{}",
            self.calling_code,
            random.digits(self.digits)
        )
    }

    /// The same number as people write it.
    pub(super) fn spell_phone(&self, phone: &str, random: &mut Random) -> String {
        let national = &phone[1 + self.calling_code.len()..];
        let (area, rest) = national.split_at(2);
        let (middle, end) = rest.split_at(rest.len() - 4);
        let code = self.calling_code;
        match random.below(6) {
            0 => format!("+{code} {area}-{middle} {end}"),
            1 => format!("+{code} ({area}) {middle}-{end}"),
            2 => format!("00{code} {national}"),
            3 => format!("'+{code}{national}"),
            4 => format!("\u{202a}+{code} {area} {middle} {end}\u{202c}"),
            _ => format!("+{code}.{area}.{middle}.{end}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlibphonenumber::{PhoneNumber, PhoneNumberFormat};

    #[test]
    fn every_number_is_valid_in_its_country_and_stays_as_it_is() {
        let mut random = Random::new(3);
        for country in COUNTRIES {
            for _ in 0..400 {
                let phone = country.phone(&mut random);
                let parsed: PhoneNumber = phone.parse().unwrap();
                let region = parsed.get_region_code().map(|region| format!("{region:?}"));
                assert_eq!(region.as_deref(), Some(country.code), "{phone}");
                assert!(parsed.is_valid(), "{phone}");
                assert_eq!(parsed.format_as(PhoneNumberFormat::E164), phone);
                let spelled = country.spell_phone(&phone, &mut random);
                let digits = |text: &str| {
                    text.chars()
                        .filter(char::is_ascii_digit)
                        .collect::<String>()
                };
                assert_eq!(digits(&spelled).trim_start_matches('0'), digits(&phone));
            }
        }
    }
}
