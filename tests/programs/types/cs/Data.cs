using System.Collections.Generic;
using System.Threading.Tasks;

namespace Data
{
    public class Row
    {
        public Row Next { get; set; }
        public void Save() { }
    }

    public class Table
    {
        public List<Row> Rows { get; set; }
        public async Task<Row> Find(int key) { return null; }
        public void Put(Row row) { }
        public void Put(string text) { }
    }
}
