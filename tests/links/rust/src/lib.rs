pub mod goods;
//      ^^^^^ imports: crate::goods
pub mod tools;
mod app;

pub use goods::weigh;
//      ^^^^^^^^^^^^ imports: crate::goods::weigh § re-export
