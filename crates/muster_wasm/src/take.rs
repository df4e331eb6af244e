//! JavaScript's values as serde reads them: what JSON could say, and no more.
//!
//! `serde-wasm-bindgen` also reads what JSON couldn't, and its errors quote any value: with the printing of fractions
//! that is twenty kilobytes of module for messages that nobody sees.

use std::fmt::{self, Display};

use js_sys::{Array, Object, Reflect};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast as _, JsValue};

/// Reads a value, or says what is wrong with it.
pub(crate) fn take<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    T::deserialize(Value(value)).map_err(|Wrong(message)| message)
}

/// What is wrong with a value.
#[derive(Debug)]
struct Wrong(String);

impl Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid type, expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid value, expected {expected}"))
    }
}

struct Value(JsValue);

impl Value {
    fn is_missing(&self) -> bool {
        self.0.is_undefined() || self.0.is_null()
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Self(value) = self;
        if let Some(text) = value.as_string() {
            return visitor.visit_string(text);
        }
        if let Some(number) = value.as_f64() {
            // What JavaScript counts exactly.
            let whole = number as i64;
            return match u64::try_from(whole) {
                _ if whole as f64 != number || whole.unsigned_abs() > 1 << 53 => {
                    visitor.visit_f64(number)
                }
                Ok(count) => visitor.visit_u64(count),
                Err(_) => visitor.visit_i64(whole),
            };
        }
        if let Some(is_true) = value.as_bool() {
            return visitor.visit_bool(is_true);
        }
        if let Some(list) = value.dyn_ref::<Array>() {
            return visitor.visit_seq(SeqDeserializer::new(list.iter().map(Value)));
        }
        if let Some(object) = value.dyn_ref::<Object>() {
            let entries = Object::entries(object);
            let entry = |entry: JsValue| {
                let entry = Array::from(&entry);
                (Value(entry.get(0)), Value(entry.get(1)))
            };
            return visitor.visit_map(MapDeserializer::new(entries.iter().map(entry)));
        }
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_missing() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if !self.0.is_object() {
            return Err(de::Error::invalid_type(Unexpected::Unit, &visitor));
        }
        visitor.visit_map(Fields {
            of: self.0,
            left: fields.iter(),
            value: JsValue::UNDEFINED,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0.as_string() {
            Some(name) => visitor.visit_enum(name.into_deserializer()),
            None => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl IntoDeserializer<'_, Wrong> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The fields that an object has of a struct's.
struct Fields {
    of: JsValue,
    left: std::slice::Iter<'static, &'static str>,
    value: JsValue,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        for &field in &mut self.left {
            self.value = Reflect::get(&self.of, &field.into()).unwrap_or(JsValue::UNDEFINED);
            if !self.value.is_undefined() {
                return seed.deserialize(field.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        seed.deserialize(Value(std::mem::replace(
            &mut self.value,
            JsValue::UNDEFINED,
        )))
    }
}
