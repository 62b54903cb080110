/// Something with money in it.
pub trait Balance {
    fn balance(&self) -> i64;
}

pub struct Account {
    owner: String,
    cents: i64,
}

impl Account {
    pub fn new(owner: &str) -> Self {
        check(owner);
        Account { owner: owner.to_string(), cents: 0 }
    }
}

impl Balance for Account {
    fn balance(&self) -> i64 {
        self.cents
    }
}

fn check(owner: &str) {
    assert!(!owner.is_empty());
}
