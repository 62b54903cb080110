namespace App;

public class Base
{
    protected static void Log(double value) { }
}
