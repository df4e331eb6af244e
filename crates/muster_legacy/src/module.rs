//! The surface of the module that the page's worker loads for files that the core can't read alone.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Decoder, Detector};

/// Finds the encoding of a file from its bytes.
#[wasm_bindgen(js_name = Detector)]
#[derive(Debug, Default)]
pub struct JsDetector(Detector);

#[wasm_bindgen(js_class = Detector)]
impl JsDetector {
    /// A detector of one file.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// The encoding's name, when all bytes were pushed. The detector is gone then.
    pub fn finish(self) -> String {
        self.0.finish().to_owned()
    }
}

/// Turns a file into UTF-8.
#[wasm_bindgen(js_name = Decoder)]
#[derive(Debug)]
pub struct JsDecoder(Decoder);

#[wasm_bindgen(js_class = Decoder)]
impl JsDecoder {
    /// A decoder of an encoding, by any of its labels.
    #[wasm_bindgen(constructor)]
    pub fn new(encoding: &str) -> Result<JsDecoder, String> {
        Decoder::new(encoding)
            .map(Self)
            .ok_or_else(|| format!("no encoding is called {encoding}"))
    }

    /// The text of the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.push(bytes)
    }

    /// The text of what is left.
    pub fn finish(&mut self) -> Vec<u8> {
        self.0.finish()
    }
}
