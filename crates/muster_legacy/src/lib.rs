//! Encodings from before Unicode: which one a file is in, and its text as UTF-8.
//!
//! Apart from `muster_core`, since the tables weigh more than all of its rules: the page loads this as a second module,
//! and only for files that need it. Detection is chardetng's and the tables are encoding_rs's, both made for Firefox.
//!
//! No byte is lost in silence: what the encoding has no character for becomes a sequence that no UTF-8 has (see
//! [`escape`]), so that the core refuses the cell that it stands in.
//!
//! ```
//! use muster_legacy::{Decoder, Detector};
//!
//! let file = "Имя,Город\nОльга,Новосибирск\n";
//! let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(file);
//! let mut detector = Detector::new();
//! detector.push(&bytes);
//! assert_eq!(detector.finish(), "windows-1251");
//!
//! let mut decoder = Decoder::new("windows-1251").unwrap();
//! let mut text = decoder.push(&bytes);
//! text.extend(decoder.finish());
//! assert_eq!(text, file.as_bytes());
//! ```

mod country;
mod decoder;
mod detector;
#[cfg(target_arch = "wasm32")]
mod module;

pub use decoder::{Decoder, escape};
pub use detector::Detector;

/// The text of a whole file in one of the WHATWG's encodings; none if there is no such encoding.
///
/// ```
/// assert_eq!(muster_legacy::decode("windows-1252", b"Jos\xE9").unwrap(), "José".as_bytes());
/// assert_eq!(muster_legacy::decode("klingon", b""), None);
/// ```
pub fn decode(encoding: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(encoding)?;
    let mut text = decoder.push(bytes);
    text.extend(decoder.finish());
    Some(text)
}

/// The name of the encoding that a whole file is in most likely.
///
/// ```
/// assert_eq!(muster_legacy::detect("名前,山田太郎".as_bytes()), "utf-8");
/// assert_eq!(muster_legacy::detect(b"\x96\xBC\x91O\n\x8E\x52\x93\x63\x91\xBE\x98\x59\n"), "shift_jis");
/// ```
pub fn detect(bytes: &[u8]) -> &'static str {
    let mut detector = Detector::new();
    detector.push(bytes);
    detector.finish()
}
