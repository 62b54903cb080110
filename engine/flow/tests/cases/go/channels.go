package main

import "lib"

func sends() {
	channel := make(chan string, 1)
	channel <- lib.Input()
	lib.Run(<-channel) // flow: sql
	result, ok := <-channel
	if ok {
		lib.Run(result) // flow: sql
	}
	for each := range channel {
		lib.Run(each) // flow: sql
	}
	quiet := make(chan string, 1)
	quiet <- "plain"
	lib.Run(<-quiet)
}

func works(channel chan string) {
	lib.Run(<-channel) // flow: sql
}

func starts() {
	channel := make(chan string)
	go works(channel)
	channel <- lib.Input()
}

func answers(in, out chan string) {
	out <- <-in
}

func asks() {
	in, out := make(chan string), make(chan string)
	go answers(in, out)
	in <- lib.Input()
	lib.Run(<-out) // flow: sql
}

func selects(first, second chan string) {
	first = make(chan string, 1)
	first <- lib.Input()
	select {
	case value := <-first:
		lib.Run(value) // flow: sql
	case value := <-second:
		lib.Run(value)
	}
}
