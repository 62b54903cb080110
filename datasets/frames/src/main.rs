fn main() {
    let _ = polars::prelude::DataFrame::empty();
}
