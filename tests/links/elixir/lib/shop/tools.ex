defmodule Shop.Tools do
  defmacro logged(value) do
#          ^^^^^^ declares: METHOD Shop.Tools.logged § macro
    value
  end

  def helped(item), do: item

  defmodule Inner do
#           ^^^^^ declares: TYPE_DECL Shop.Tools.Inner § nested type
    def deep, do: 1
  end

  defprotocol Shown do
#             ^^^^^ declares: TYPE_DECL Shop.Tools.Shown interface § interface
    def text(value)
  end
end
