defmodule Shop.Item do
  defstruct [:name, price: 0]

  def cost(%__MODULE__{price: price}), do: price
end

defmodule Shop.Total do
  def sum(numbers), do: Enum.reduce(numbers, 0, &+/2)
end

defprotocol Shop.Printable do
  def text(value)
end

defimpl Shop.Printable, for: Shop.Item do
  def text(item), do: "#{item.name}: #{Shop.Price.of(item.name, 2)}"
end

defmodule Shop.Receipt do
  alias Shop.Printable, as: P

  def print(value), do: {:ok, P.text(value)}
end
