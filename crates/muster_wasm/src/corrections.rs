//! Corrections, repairs and the way back, for JavaScript.
//!
//! What depends on them is found out by `lookups`, `wanted` and `diff`, which ask for what is missing alone.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{Failure, give};
use crate::session::Session;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
import type { Alarm, Creations, Effects, Offer } from '../session/types';
"#;

#[wasm_bindgen]
impl Session {
    /// Gives a cell another text; `undefined`: its own again.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "JavaScript hands over strings, not borrows of them"
    )]
    pub fn edit(&mut self, row: u32, column: u32, value: Option<String>) -> Result<(), JsValue> {
        let edited = self.core.edit(row, column, value.as_deref());
        Ok(edited.map_err(Failure::from)?)
    }

    /// Leaves rows out, or brings them back.
    pub fn leave_out(&mut self, rows: &[u32], is_out: bool) -> Result<(), JsValue> {
        Ok(self.core.leave_out(rows, is_out).map_err(Failure::from)?)
    }

    /// Takes the last step back. `false`: there is none.
    pub fn undo(&mut self) -> bool {
        self.core.undo().is_some()
    }

    /// Makes the step once more that was taken back last. `false`: there is none.
    pub fn redo(&mut self) -> bool {
        self.core.redo().is_some()
    }

    /// What can be repaired at once.
    #[wasm_bindgen(unchecked_return_type = "Offer[]")]
    pub fn repairs(&self) -> Result<JsValue, JsValue> {
        give(&self.core.repairs())
    }

    /// Makes one of the repairs.
    pub fn repair(&mut self, id: &str) -> Result<(), JsValue> {
        Ok(self.core.repair(id).map_err(Failure::from)?)
    }

    /// What is to be looked at before the import is begun.
    #[wasm_bindgen(unchecked_return_type = "Alarm[]")]
    pub fn alarms(&self) -> Result<JsValue, JsValue> {
        give(&self.core.alarms())
    }

    /// What the policies that each column can have would do.
    #[wasm_bindgen(unchecked_return_type = "Effects[]")]
    pub fn effects(&self) -> Result<JsValue, JsValue> {
        give(&self.core.effects())
    }

    /// What commit would create.
    #[wasm_bindgen(unchecked_return_type = "Creations")]
    pub fn creations(&self) -> Result<JsValue, JsValue> {
        give(&self.core.creations())
    }

    /// What became of the mapped columns.
    #[wasm_bindgen(unchecked_return_type = "ColumnFacts[]")]
    pub fn columns(&self) -> Result<JsValue, JsValue> {
        give(self.core.columns())
    }

    /// The description as it is now, by which a reload restores it.
    #[wasm_bindgen(unchecked_return_type = "Import | null")]
    pub fn description(&self) -> Result<JsValue, JsValue> {
        give(&self.core.description())
    }
}
