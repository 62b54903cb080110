package jobs

import "sync"

type Job struct {
	run func(int) int
}

type Runner func() error

func (j *Job) Start() int {
	return j.run(1)
}

func Each(xs []int, visit func(int)) {
	for _, x := range xs {
		visit(x)
	}
}

func double(x int) int { return 2 * x }

func show(x int) {}

func adder(n int) func(int) int {
	return func(x int) int { return x + n }
}

func Main() {
	j := &Job{run: double}
	j.Start()
	Each(nil, show)
	add := adder(1)
	add(2)
	var once sync.Once
	once.Do(setUp)
}

func setUp() {}
