using Data;

namespace App
{
    public class Use
    {
        private readonly Table table = new Table();

        public async void Run()
        {
            foreach (var row in table.Rows) row.Save();
            table.Rows[0].Next.Save();
            (await table.Find(1)).Save();
            table.Put("a");
            table.Put(new Row());
        }
    }
}
