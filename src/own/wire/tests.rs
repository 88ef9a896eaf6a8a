//! Lines there and back.
