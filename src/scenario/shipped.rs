//! x
#[allow(missing_docs)]
pub struct Shipped { pub name: &'static str, pub text: &'static str }
impl Shipped { #[allow(missing_docs)] pub fn title(&self)->String{String::new()} }
#[allow(missing_docs)]
pub const SHIPPED: &[Shipped] = &[];
#[allow(missing_docs)]
pub const TEMPLATE: &str = "";
#[allow(missing_docs)]
pub fn find(_n:&str)->Option<&'static Shipped>{None}
