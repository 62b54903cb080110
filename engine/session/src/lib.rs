//! The DataFusion session over one snapshot: catalog, tables, views, system tables.
