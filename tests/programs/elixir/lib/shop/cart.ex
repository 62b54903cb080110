defmodule Shop.Cart do
  use GenServer

  alias Shop.{Item, Price}
  import Shop.Total, only: [sum: 1]

  def start_link(items \\ []) do
    GenServer.start_link(__MODULE__, items)
  end

  @impl true
  def init(items), do: {:ok, items}

  @impl true
  def handle_call({:add, name}, _from, items) do
    item = %Item{name: name, price: Price.of(name)}
    {:reply, :ok, [item | items]}
  end

  def handle_call(:total, _from, items) do
    total = items |> Enum.map(&Item.cost/1) |> sum()
    {:reply, total, items}
  end

  def checkout(cart) do
    with {:ok, total} <- total(cart),
         {:ok, receipt} <- Shop.Receipt.print(total) do
      receipt
    else
      {:error, reason} -> raise ArgumentError, reason
    end
  end

  defp total(cart), do: {:ok, GenServer.call(cart, :total)}
end
