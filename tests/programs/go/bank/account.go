package bank

import "errors"

// Account holds money.
type Account struct {
	Owner string
	cents int
}

func Open(owner string) *Account {
	return &Account{Owner: owner}
}

func (a *Account) Add(cents int) error {
	if err := check(cents); err != nil {
		return err
	}
	a.cents += cents
	return nil
}

func check(cents int) error {
	if cents < 0 {
		return errors.New("negative")
	}
	return nil
}
