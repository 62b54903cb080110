package store

func Use(any interface{}) {
	r, _ := Open()
	r.Save()
	r.next.Touch()
	s := Row{}
	s.Touch()
	if t, ok := any.(*Row); ok {
		t.Save()
	}
	for _, u := range []*Row{r} {
		u.Save()
	}
	Default.Save()
}
