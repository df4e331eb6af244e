//! Muster core.
