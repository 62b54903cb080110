package main

import (
	"fmt"

	"example.com/money/bank"
)

func main() {
	account := bank.Open("ann")
	defer fmt.Println("done")
	if err := account.Add(5); err != nil {
		panic(err)
	}
}
