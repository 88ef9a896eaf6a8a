//! Bytes from data.
