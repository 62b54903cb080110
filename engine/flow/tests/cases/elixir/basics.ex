defmodule Basics do
  def same(value), do: value

  def calls do
    value = Lib.input()
    Lib.run("select #{value}") # flow: sql
    Lib.run(same(value)) # flow: sql
    Lib.run("safe")
    Lib.run(Lib.quote(value))
  end
end
