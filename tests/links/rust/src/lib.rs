pub mod goods;
//      ^^^^^ imports: crate::goods
pub mod tools;
mod app;

pub mod inline {
//      ^^^^^^ declares: NAMESPACE_BLOCK crate::inline § namespace
    pub fn deep() {}
}

pub use goods::weigh;
//      ^^^^^^^^^^^^ imports: crate::goods::weigh § re-export
