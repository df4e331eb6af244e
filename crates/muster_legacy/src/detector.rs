//! Which encoding a file is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::country::Country;

const WESTERN: &str = "windows-1252";
/// With so many bytes above ASCII or fewer, letters alone say little.
const FEW: usize = 8;

/// Finds the encoding of a file from its bytes: from its letters, and in doubt from the country of most of its e-mail
/// addresses and phone numbers, as a browser does from the address of a page.
pub struct Detector {
    detector: EncodingDetector,
    country: Country,
    /// How many bytes are above ASCII.
    letters: usize,
    /// Which ones, from 0x80 on.
    seen: u128,
}

/// Bytes from 0x80 on.
const fn high(bytes: &[u8]) -> u128 {
    let (mut set, mut at) = (0, 0);
    while at < bytes.len() {
        set |= 1 << (bytes[at] - 0x80);
        at += 1;
    }
    set
}

/// What Hungarian has beside ASCII in Central European encodings, and Windows' punctuation.
const HUNGARIAN: u128 = high(
    b"\xE1\xE9\xED\xF3\xF6\xF5\xFA\xFC\xFB\xC1\xC9\xCD\xD3\xD6\xD5\xDA\xDC\xDB\x84\x85\x91\x92\x93\x94\x96\x97\xA0",
);
/// Its o with two strokes: one with a tilde in Western Europe's, where it stands beside other letters.
const STROKES: u128 = high(b"\xF5\xD5");
/// Who has a tilde on an o has no dots on one, or has them on an a, too.
const DOTS: u128 = high(b"\xF6\xD6\xFC\xDC\xFB\xDB");

impl std::fmt::Debug for Detector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Detector").finish_non_exhaustive()
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// A detector of one file.
    pub fn new() -> Self {
        Self {
            detector: EncodingDetector::new(Iso2022JpDetection::Allow),
            country: Country::new(),
            letters: 0,
            seen: 0,
        }
    }

    /// Takes the next bytes, in pieces of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        self.detector.feed(bytes, false);
        self.country.push(bytes);
        for byte in bytes.iter().filter(|byte| !byte.is_ascii()) {
            self.letters += 1;
            self.seen |= 1 << (byte - 0x80);
        }
    }

    /// The WHATWG's name of the encoding in lower case, when all bytes were pushed.
    pub fn finish(mut self) -> &'static str {
        self.detector.feed(&[], true);
        let seen = self.seen;
        let is_hungarian = seen & !HUNGARIAN == 0 && seen & STROKES != 0 && seen & DOTS != 0;
        let country = self.country.finish();
        let domain = country.as_ref().map(<[u8; 2]>::as_slice);
        let guess = |domain| name(self.detector.guess(domain, Utf8Detection::Allow));
        match guess(domain) {
            // Western Europe speaks against all others, also where a Polish shop has customers in Germany.
            WESTERN if self.letters > FEW => match guess(None) {
                // Nothing but two letters tells the encodings of Hungarian apart.
                WESTERN if is_hungarian => guess(Some(b"hu")),
                found => found,
            },
            found => found,
        }
    }
}

/// Names are written as in the rest of the program. GBK's decoder is that of GB18030, which has every character.
fn name(encoding: &'static encoding_rs::Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "GBK" | "gb18030" => "gb18030",
        "Shift_JIS" => "shift_jis",
        "EUC-JP" => "euc-jp",
        "EUC-KR" => "euc-kr",
        "ISO-2022-JP" => "iso-2022-jp",
        "Big5" => "big5",
        "KOI8-U" => "koi8-u",
        "IBM866" => "ibm866",
        "ISO-8859-2" => "iso-8859-2",
        "ISO-8859-4" => "iso-8859-4",
        "ISO-8859-5" => "iso-8859-5",
        "ISO-8859-6" => "iso-8859-6",
        "ISO-8859-7" => "iso-8859-7",
        "ISO-8859-8" => "iso-8859-8",
        "ISO-8859-8-I" => "iso-8859-8-i",
        "ISO-8859-13" => "iso-8859-13",
        // The names of Windows' encodings are in lower case.
        name => name,
    }
}

#[cfg(test)]
mod tests {
    fn check(file: &[u8], expected: &str) {
        let text = String::from_utf8_lossy(file);
        assert_eq!(crate::detect(file), expected, "{text}");
    }

    #[test]
    fn few_letters_are_helped_by_the_country() {
        check(
            b"Name,City\nJos\xE9 N\xFA\xF1ez,M\xE1laga,+34 600 123 456\n",
            "windows-1252",
        );
        check(
            b"Name,City\nJos\xE9 N\xFA\xF1ez,M\xE1laga,j@example.es\n",
            "windows-1252",
        );
        check(b"Name\nSz\xF5ke,+36 1 234 5678\n", "iso-8859-2");
    }

    /// Many letters need no country, and are not misled by one.
    #[test]
    fn many_letters_speak_for_themselves() {
        let polish = b"Ma\xB3gorzata W\xF3jcik;Bia\xB3ystok;+49 30 1234567\n".repeat(9);
        check(&polish, "windows-1250");
    }

    /// Two letters differ, and no others of Western Europe are there.
    #[test]
    fn hungarian_needs_no_country() {
        let letters = b"Keresztn\xE9v;V\xE1ros\nGerg\xF5;Gy\xF5r\nJen\xF5;G\xF6d\xF6ll\xF5\n\xD6rs;Sz\xFBcs\n";
        check(letters, "iso-8859-2");
        for others in [
            &b"T\xF5nu;T\xFCri\nK\xF5iv;J\xF5hvi\nP\xE4rtel;P\xF5lva\nT\xF5nis;J\xF5geva\n"[..],
            b"Sim\xF5es;Macap\xE1\nJo\xE3o;Bel\xE9m\nGuimar\xE3es;Goi\xE2nia\nCamar\xF5es;Cuiab\xE1\n",
            b"Sim\xF5es;Macap\xE1\nCam\xF5es;Bel\xE9m\nCamar\xF5es;Cuiab\xE1\nSim\xF5es;Maring\xE1\nLe\xF5es;B\xE9\n",
        ] {
            check(others, "windows-1252");
        }
    }

    #[test]
    fn names_are_those_that_the_core_knows() {
        check(b"\x1B$B;3ED\x1B(B,x\n", "iso-2022-jp");
        check(b"plain", "utf-8");
    }
}
