using lib;

class Basics
{
    private string held;

    string Choose(bool yes, string value)
    {
        return yes ? value : "safe";
    }

    void Calls()
    {
        string value = Lib.input();
        Lib.run("select " + value); // flow: sql
        Lib.run($"select {value}"); // flow: sql
        Lib.run(Choose(true, value)); // flow: sql
        Lib.run(Choose(false, value));
        Lib.run(Lib.quote(value));
        held = value;
        Lib.run(held); // flow: sql
        held = "safe";
        Lib.run(held);
    }
}
