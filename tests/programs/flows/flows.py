def flows(a, b):
    x = a
    if b:
        x = b
    print(x)
    p = {"k": x, "j": 1}
    p["k"] = 2
    print(p["k"])
    q = p
    q.f = b
    print(p.f)
    while b:
        x += 1
    return x
