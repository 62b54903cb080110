-- Every call site that draw.py may choose: what the graph makes of a call is not asked for. Left out are tests, code that
-- protoc wrote, and calls of Go's predeclared functions and types (`len(x)`, `uint64(x)`), which say nothing.
SELECT c.path, c.line, c."column", c.name
FROM calls c
WHERE NOT c.is_operator
  AND c.language IN ('java', 'go')
  AND NOT regexp_like(c.path, '(^|/)(test|tests|testdata|testutil|test-[a-z]+)/|_test[.]go$|[.]pb[.]go$')
  AND NOT (
    c.language = 'go'
    AND starts_with(c.code, concat(c.name, '('))
    AND c.name IN (
      'append', 'cap', 'clear', 'close', 'complex', 'copy', 'delete', 'imag', 'len', 'make', 'max', 'min', 'new', 'panic',
      'print', 'println', 'real', 'recover', 'any', 'bool', 'byte', 'comparable', 'complex64', 'complex128', 'error',
      'float32', 'float64', 'int', 'int8', 'int16', 'int32', 'int64', 'rune', 'string', 'uint', 'uint8', 'uint16',
      'uint32', 'uint64', 'uintptr'))
ORDER BY c.path, c.line, c."column", c.name
