package measured

func Visit(values []int, each func(int) error) error {
	for i, value := range values {
		if err := each(value); err != nil && i > 0 {
			return err
		} else if value < 0 {
			continue
		}
	}
	defer func() {
		if len(values) == 0 {
			panic("empty")
		}
	}()
	switch {
	case len(values) > 3:
		return nil
	default:
		return each(0)
	}
}
