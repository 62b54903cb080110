function flows(a, b) {
  let x = a;
  if (b) x = b;
  print(x);
  const o = { k: x, j: 1 };
  print(o["k"]);
  const set = () => {
    x = 2;
  };
  set();
  while (b) x += 1;
  return x;
}
