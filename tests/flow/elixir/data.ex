# Which values reach which reads.

defmodule Data do
  def straight(a) do
    b = a
#       ^ from: @4 § parameter's value
    b = b + 1
#       ^ from: @5 § value of a local
    b
#   ^ from: @7 § overwritten value
  end

  def branches(c) do
    x = if c do
      1
    else
      2
    end

    x
#   ^ from: @14 § values that meet
  end

  def elements(items) do
    for item <- items do
      item + 1
#     ^^^^ from: @25 § element of a loop
    end
  end

  def parts(pair) do
    {left, [right | others]} = pair
    [left, right, others]
#    ^^^^ from: @32 § destructuring
#          ^^^^^ from: @32
#                 ^^^^^^ from: @32
  end

  def captures(n) do
    fn -> n end
#         ^ from: @39 § capture
  end

  def handled(n) do
    try do
      risky(n)
    rescue
      e in RuntimeError ->
        e
#       ^ from: @48 § variable of a handler
    end
  end

  def chosen(n) do
    case n do
      {:ok, x} ->
        x
#       ^ from: @56 § value through switch

      {:error, x} ->
        x
#       ^ from: @60
    end
  end

  def kept(n) do
    x = n

    if n do
      x = 2
      use_it(x)
#            ^ from: @70
    end

    x
#   ^ from: @67
  end

  def fields(p) do
    q = %{x: p, y: 0}
    q.x
#   ^^^ from: @80 § field
  end

  def keys(p) do
    q = %{"k" => p, "j" => 0}
    q["k"]
#   ^^^^^^ from: @86 § element by constant key
  end

  def aliases(p) do
    q = %{x: p}
    r = q
    r.x
#   ^^^ from: @92 § alias
  end

  def deep(p) do
    q = %{x: %{y: p}}
    q.x.y
#   ^^^^^ from: @99 § field of a field
  end

  def any_key(p, k) do
    q = %{"k" => p}
    q[k]
#   ^^^^ from: @105 § element by any key
  end

  def use_it(value), do: value
end
