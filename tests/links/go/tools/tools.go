package tools

func Helped() {}
