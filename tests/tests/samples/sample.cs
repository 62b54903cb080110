using System; using static System.Math; using X = A.B<int>;
namespace N.M;
[Attr(1, Name = "x")] public abstract partial class C<T> : Base<T>, I where T : class, D, new() {
  int a = 1, b; public string P { get; set; } = "p"; public int Q => a; int R { get { return a; } set => a = value; }
  public int this[int i] { get => i; }
  event Action E; static C() { } public C(int x) : base(x) { this.a = x; } ~C() {}
  public static C<T> operator +(C<T> l, C<T> r) => l;
  void I.Go(ref int z, params string[] more) {
    a?.b?.c(1).d(); var y = a?[1]?.e;
    foreach (var (p, q) in zs) { use(p); }
    var (a1, b1) = f(); (int c1, d) = g();
    if (o is {A: {B: 3} y, C: not null} or [1, .., var r]) {} if (!dict.TryGet(1, out var v)) return; use(v);
    var n = new T2(1) { A = 1, B = { 2, 3 }, ["k"] = 4 };
    using var res = open(); work(res);
    var qq = from x in xs where x > 1 join z in zs on x equals z orderby x descending, z select x + z;
    switch (a) { case 1: case 2: goto case 3; case 3: break; default: break; }
    switch (o) { case string s when s.Length > 1: use(s); break; case int: case null: break; default: break; }
    var w = o switch { int i => i, > 5 and < 7 => 1, _ => throw new E() };
    try { g(); } catch (Ex e) when (e.X) { h(e); } finally { k(); }
    Func<int, int> fn = x => x + 1; int L(int u) => u; arr[^1]++; var t = $"a{b}c"; var nn = nameof(C.P);
    this.Run(this); return;
  }
}
record R(int A, string B);
