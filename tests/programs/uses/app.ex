defmodule MyApp.Helpers do
  def greet(x), do: x
end

defmodule MyApp.Repo do
  def all(x), do: x
end

defmodule MyApp.Web do
  defmacro __using__(which) do
    apply(__MODULE__, which, [])
  end

  def page do
    quote do
      import MyApp.Helpers
      alias MyApp.Repo

      def hello(x), do: greet(x)
    end
  end
end

defmodule MyApp.Page do
  use MyApp.Web, :page

  def show(x) do
    greet(x)
    hello(x)
    Repo.all(x)
    Enum.map(x, &wrap/1)
    each(x, &MyApp.Helpers.greet/1)
  end

  def each(x, fun), do: fun.(x)

  def wrap(x), do: {x}
end
