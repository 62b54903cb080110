pub fn print(sum: i64) {
    if sum < 0 {
        println!("owes {}", sum);
    }
}
