pub mod account;
pub mod report;

use crate::account::{Account, Balance};

pub struct Bank {
    accounts: Vec<Account>,
}

impl Bank {
    pub fn new() -> Self {
        Bank { accounts: Vec::new() }
    }

    pub fn open(&mut self, owner: &str) {
        let account = Account::new(owner);
        self.accounts.push(account);
    }

    pub fn total(&self) -> i64 {
        let mut sum = 0;
        for account in &self.accounts {
            sum += account.balance();
        }
        report::print(sum);
        sum
    }
}
