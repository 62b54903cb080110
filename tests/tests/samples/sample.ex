defmodule Sample.Order do
  @moduledoc "Orders and their totals."
  @behaviour Sample.Priced
  use GenServer
  alias Sample.{Item, Printer}
  import Enum, only: [map: 2, sum: 1]

  @rate 2
  @type t :: %__MODULE__{items: list}
  defstruct items: [], name: nil

  defguard is_big(n) when is_integer(n) and n > 100
  defdelegate print(order), to: Printer, as: :show

  @spec total(t, integer) :: integer
  def total(order, rate \\ @rate)
  def total(%{items: []}, _), do: 0

  def total(%__MODULE__{items: [first | rest]} = order, rate) when rate > 0 do
    kept = order.items |> map(&(&1.price * rate)) |> sum()
    more = for %Item{price: p} <- rest, p > 1, into: [], do: p
    {low, high} = {first.price, kept}
    if is_big(high), do: low, else: length(more)
  end

  def handle_call({:get, key}, _from, state) do
    with {:ok, value} <- Map.fetch(state, key), true <- value > 0 do
      {:reply, value, state}
    else
      :error -> {:stop, :missing, %{state | name: "none"}}
      other -> raise ArgumentError, "bad #{inspect(other)}"
    end
  rescue
    e in [KeyError, RuntimeError] -> {:reply, e, state}
  after
    GenServer.cast(__MODULE__, :done)
  end

  defp wait(<<size::8, body::binary-size(size)>>, fun) do
    receive do
      ^body -> fun.(size)
      :stop -> throw(:stopped)
    after
      1_000 -> cond do
        size > 1 -> ~w(late)a
        true -> 'never'
      end
    end
  end

  defmacro twice(x), do: quote(do: unquote(x) + unquote(x))
  def run(f), do: case(f, do: (nil -> fn 0 -> :zero; n -> n end; _ -> &wait/2))
end

defprotocol Sample.Priced do
  @callback price(term) :: integer
  def total(value)
end

defimpl Sample.Priced, for: Sample.Order do
  def total(order), do: apply(Sample.Order, :total, [order, 1..3//2])
end
