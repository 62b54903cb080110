#[macro_export]
macro_rules! logged {
//           ^^^^^^ declares: METHOD crate::tools::logged! § macro
    () => {};
}

pub fn helped() {
    logged!();
//  ^^^^^^ calls: crate::tools::logged! § macro
}
