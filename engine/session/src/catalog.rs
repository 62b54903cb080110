//! The catalogs of one snapshot.
//!
//! [`SnapshotCatalogs`] is the catalog list that statements are planned against. It holds one snapshot's
//! tables, made once and never changed, and shares with the lists of other snapshots what does not
//! depend on one ([`Shared`]): views, tables of the user, system tables, other catalogs.

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::common::{Result, exec_err};
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::TableType;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use stoa_model::FINDINGS;
use stoa_model::tables::Table;

use crate::history::History;
use crate::materialized::MaterializedTable;
use crate::once::KeptView;
use crate::sources::{SourceCache, Sources};
use crate::system::{self, SystemContext, SystemTable, SystemTableProvider};
use crate::table_functions::FunctionTables;
use crate::tables::{FindingsTable, Layout, SnapshotFiles, StoredTable};
use crate::views::View;

/// The catalog of every stoa session.
pub const CATALOG: &str = "stoa";
/// The schema of the logical tables, the views and the user's own tables.
pub(crate) const MAIN: &str = "main";
/// The schema of the tables as segments hold them.
const STORED: &str = "stored";
/// The schema of what the engine knows about itself.
const SYSTEM: &str = "system";

/// Something in `main` that does not come from a snapshot.
#[derive(Clone, Debug)]
enum Named {
    View(View),
    Table(Arc<dyn TableProvider>),
    Materialized(Arc<MaterializedTable>),
}

/// What outlives a snapshot.
#[derive(Default)]
pub(crate) struct Shared {
    named: RwLock<BTreeMap<String, Named>>,
    /// Counts the changes to `named`: plans of views made before one are not used after it.
    changes: RwLock<u64>,
    system: RwLock<BTreeMap<String, Arc<dyn SystemTable>>>,
    system_providers: RwLock<BTreeMap<String, Arc<dyn TableProvider>>>,
    table_functions: RwLock<BTreeSet<&'static str>>,
    /// Those that look into several snapshots.
    history_functions: RwLock<BTreeSet<&'static str>>,
    schemas: RwLock<BTreeMap<String, Arc<dyn SchemaProvider>>>,
    catalogs: RwLock<BTreeMap<String, Arc<dyn CatalogProvider>>>,
    /// The session's state: its functions and settings, for planning views.
    state: RwLock<Option<StateSource>>,
}

type StateSource = Box<dyn Fn() -> Option<SessionState> + Send + Sync>;

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("named", &self.named).finish_non_exhaustive()
    }
}

// The maps are whole after every change, so a panic in another thread has not broken them.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn set_state(&self, state: impl Fn() -> Option<SessionState> + Send + Sync + 'static) {
        *write(&self.state) = Some(Box::new(state));
    }

    pub fn add_view(&self, view: View) {
        self.change(|named| named.insert(view.name.clone(), Named::View(view)));
    }

    /// The views, by name.
    pub fn views(&self) -> Vec<View> {
        let named = read(&self.named);
        named
            .values()
            .filter_map(|named| if let Named::View(view) = named { Some(view.clone()) } else { None })
            .collect()
    }

    /// The materialized tables that there are now, instead of those that were. A table or view of the session's own goes
    /// before one of its name.
    pub fn set_materialized(&self, tables: Vec<(String, Arc<MaterializedTable>)>) {
        let is = |named: &Named| matches!(named, Named::Materialized(_));
        let known = self.materialized();
        if known.iter().map(|table| table.table()).eq(tables.iter().map(|(_, table)| table.table())) {
            return;
        }
        self.change(|named| {
            named.retain(|_, named| !is(named));
            for (name, table) in tables {
                named.entry(name).or_insert(Named::Materialized(table));
            }
        });
    }

    /// The materialized tables, by name.
    pub fn materialized(&self) -> Vec<Arc<MaterializedTable>> {
        let named = read(&self.named);
        let tables = named.values().filter_map(|named| match named {
            Named::Materialized(table) => Some(Arc::clone(table)),
            _ => None,
        });
        tables.collect()
    }

    pub fn add_system_table(&self, table: Arc<dyn SystemTable>) {
        write(&self.system).insert(table.name().to_owned(), table);
    }

    pub fn add_system_provider(&self, name: &str, table: Arc<dyn TableProvider>) {
        write(&self.system_providers).insert(name.to_owned(), table);
    }

    pub fn add_table_functions(&self, names: impl IntoIterator<Item = &'static str>) {
        write(&self.table_functions).extend(names);
    }

    pub fn add_history_functions(&self, names: impl IntoIterator<Item = &'static str>) {
        write(&self.history_functions).extend(names);
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Named>) -> T) -> T {
        let mut named = write(&self.named);
        *write(&self.changes) += 1;
        change(&mut named)
    }

    /// What a name means and how many changes there were before.
    fn named(&self, name: &str) -> (Option<Named>, u64) {
        let named = read(&self.named);
        (named.get(name).cloned(), *read(&self.changes))
    }
}

/// The catalog list of one snapshot.
#[derive(Debug)]
pub(crate) struct SnapshotCatalogs {
    shared: Arc<Shared>,
    stoa: Arc<SnapshotCatalog>,
    number: u64,
}

/// The number of the snapshot that statements planned with a state see; nothing if the state is of no session.
pub fn snapshot_of(state: &SessionState) -> Option<u64> {
    let catalogs: &dyn Any = state.catalog_list().as_ref();
    catalogs.downcast_ref::<SnapshotCatalogs>().map(|catalogs| catalogs.number)
}

impl SnapshotCatalogs {
    pub fn new(
        shared: Arc<Shared>,
        location: Arc<SnapshotFiles>,
        sources: Arc<Sources>,
        cache: Arc<SourceCache>,
        system: SystemContext,
        keeps: bool,
    ) -> Arc<Self> {
        let number = location.snapshot.number;
        let table = |layout| -> Arc<dyn TableProvider> {
            Arc::new(StoredTable::new(layout, Arc::clone(&location), Arc::clone(&sources)))
        };
        let tables = |layout: fn(Table) -> Layout| -> BTreeMap<&'static str, Arc<dyn TableProvider>> {
            Table::ALL.iter().map(|&t| (t.name(), table(layout(t)))).collect()
        };
        let (mut logical, mut stored) = (tables(Layout::logical), tables(Layout::stored));
        for tables in [&mut logical, &mut stored] {
            let findings = FindingsTable::new(system.store.clone(), Arc::clone(&system.snapshot));
            tables.insert(FINDINGS, Arc::new(findings));
        }
        Arc::new_cyclic(|catalogs: &Weak<SnapshotCatalogs>| {
            let planner = |views: Vec<View>| Planner {
                shared: Arc::clone(&shared),
                catalogs: catalogs.clone(),
                views: views.into_iter().map(|view| (view.name.clone(), view)).collect(),
                planned: Mutex::default(),
                keeps,
            };
            let main = MainSchema {
                shared: Arc::clone(&shared),
                tables: logical,
                stored: stored.clone(),
                planner: planner(vec![]),
                context: system.clone(),
                location,
                cache,
            };
            let system = SystemSchema {
                shared: Arc::clone(&shared),
                context: system,
                planner: planner(system::views()),
            };
            let stoa = SnapshotCatalog {
                shared: Arc::clone(&shared),
                main: Arc::new(main),
                stored: Arc::new(StoredSchema { tables: stored }),
                system: Arc::new(system),
            };
            SnapshotCatalogs { shared, stoa: Arc::new(stoa), number }
        })
    }
}

impl CatalogProviderList for SnapshotCatalogs {
    fn register_catalog(
        &self,
        name: String,
        catalog: Arc<dyn CatalogProvider>,
    ) -> Option<Arc<dyn CatalogProvider>> {
        write(&self.shared.catalogs).insert(name, catalog)
    }

    fn catalog_names(&self) -> Vec<String> {
        let others = read(&self.shared.catalogs);
        std::iter::once(CATALOG.to_owned()).chain(others.keys().cloned()).collect()
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        match name {
            CATALOG => Some(Arc::clone(&self.stoa) as Arc<dyn CatalogProvider>),
            other => read(&self.shared.catalogs).get(other).cloned(),
        }
    }
}

/// The catalog `stoa`.
#[derive(Debug)]
struct SnapshotCatalog {
    shared: Arc<Shared>,
    main: Arc<MainSchema>,
    stored: Arc<StoredSchema>,
    system: Arc<SystemSchema>,
}

impl CatalogProvider for SnapshotCatalog {
    fn schema_names(&self) -> Vec<String> {
        let ours = [MAIN, STORED, SYSTEM].map(str::to_owned);
        ours.into_iter().chain(read(&self.shared.schemas).keys().cloned()).collect()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        match name {
            MAIN => Some(Arc::clone(&self.main) as Arc<dyn SchemaProvider>),
            STORED => Some(Arc::clone(&self.stored) as Arc<dyn SchemaProvider>),
            SYSTEM => Some(Arc::clone(&self.system) as Arc<dyn SchemaProvider>),
            other => read(&self.shared.schemas).get(other).cloned(),
        }
    }

    fn register_schema(
        &self,
        name: &str,
        schema: Arc<dyn SchemaProvider>,
    ) -> Result<Option<Arc<dyn SchemaProvider>>> {
        if [MAIN, STORED, SYSTEM].contains(&name) {
            return exec_err!("the schema {name} is part of every store and cannot be replaced");
        }
        Ok(write(&self.shared.schemas).insert(name.to_owned(), schema))
    }

    fn deregister_schema(&self, name: &str, cascade: bool) -> Result<Option<Arc<dyn SchemaProvider>>> {
        if [MAIN, STORED, SYSTEM].contains(&name) {
            return exec_err!("the schema {name} is part of every store and cannot be dropped");
        }
        let mut schemas = write(&self.shared.schemas);
        match schemas.get(name).map(|schema| schema.table_names().len()) {
            Some(tables) if tables > 0 && !cascade => {
                exec_err!("the schema {name} still has {tables} tables; DROP SCHEMA … CASCADE drops them too")
            }
            _ => Ok(schemas.remove(name)),
        }
    }
}

/// Views that were planned, each with the count of changes before.
type PlannedViews = BTreeMap<String, (u64, Arc<dyn TableProvider>)>;

/// Plans views against one snapshot, each once.
struct Planner {
    shared: Arc<Shared>,
    catalogs: Weak<SnapshotCatalogs>,
    /// Views that every session has.
    views: BTreeMap<String, View>,
    planned: Mutex<PlannedViews>,
    /// Whether views that call table functions, or are wanted whole, are computed once for all statements.
    keeps: bool,
}

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

impl Planner {
    fn planned(&self) -> MutexGuard<'_, PlannedViews> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session's state with the catalogs of this snapshot.
    fn state(&self) -> Option<SessionState> {
        let mut state = read(&self.shared.state).as_ref()?()?;
        state.register_catalog_list(self.catalogs.upgrade()?);
        Some(state)
    }

    async fn plan(&self, view: &View, changes: u64) -> Result<Arc<dyn TableProvider>> {
        let known = self.planned().get(&view.name).cloned();
        if let Some((before, table)) = known
            && before == changes
        {
            return Ok(table);
        }
        let Some(state) = self.state() else {
            return exec_err!("the session of the view {} has been closed", view.name);
        };
        let table = view.plan(&state).await?;
        let table = if self.keeps { KeptView::of(view, table)? } else { table };
        let mut planned = self.planned();
        // Another statement may have planned it in the meantime.
        if let Some((before, known)) = planned.get(&view.name)
            && *before == changes
        {
            return Ok(Arc::clone(known));
        }
        planned.insert(view.name.clone(), (changes, Arc::clone(&table)));
        Ok(table)
    }
}

/// The schema `main`: names of the user and views come before stored tables, so that a view can show a
/// stored table in a richer form under its name.
#[derive(Debug)]
struct MainSchema {
    shared: Arc<Shared>,
    tables: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    /// What table functions find under their names.
    stored: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    planner: Planner,
    context: SystemContext,
    location: Arc<SnapshotFiles>,
    cache: Arc<SourceCache>,
}

impl MainSchema {
    /// What the name of a table function means.
    async fn function(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let history = read(&self.shared.history_functions).contains(name);
        let history = match history {
            true => Some(History::of(&self.context.store, &self.cache, &self.location).await?),
            false if read(&self.shared.table_functions).contains(name) => None,
            false => return Ok(None),
        };
        Ok(Some(Arc::new(FunctionTables::new(name, &self.stored, history))))
    }
}

#[async_trait]
impl SchemaProvider for MainSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = read(&self.shared.named).keys().cloned().collect();
        names.extend(self.tables.keys().map(|name| (*name).to_owned()));
        names.sort_unstable();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        match self.shared.named(name) {
            (Some(Named::Table(table)), _) => Ok(Some(table)),
            (Some(Named::Materialized(table)), _) => Ok(Some(table)),
            (Some(Named::View(view)), changes) => self.planner.plan(&view, changes).await.map(Some),
            (None, _) => match self.tables.get(name) {
                Some(table) => Ok(Some(Arc::clone(table))),
                None => self.function(name).await,
            },
        }
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        Ok(match self.shared.named(name).0 {
            Some(Named::Table(table)) => Some(table.table_type()),
            Some(Named::View(_)) => Some(TableType::View),
            Some(Named::Materialized(table)) => Some(table.table_type()),
            None => self.tables.get(name).map(|table| table.table_type()),
        })
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let entry = match View::of_table(&name, table.as_ref())? {
            Some(view) => Named::View(view),
            None => Named::Table(table),
        };
        Ok(match self.shared.change(|named| named.insert(name, entry)) {
            Some(Named::Table(old)) => Some(old),
            _ => None,
        })
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let (Some(Named::Materialized(_)), _) = self.shared.named(name) {
            return exec_err!("{name} is a materialized table: DROP MATERIALIZED {name} drops it");
        }
        let planned = self.planner.planned().remove(name).map(|(_, table)| table);
        match self.shared.change(|named| named.remove(name)) {
            Some(Named::Table(table)) => Ok(Some(table)),
            Some(Named::Materialized(table)) => Ok(Some(table)),
            // DROP VIEW asks only whether there was one.
            Some(Named::View(_)) => Ok(planned.or_else(|| self.tables.values().next().cloned())),
            None if self.tables.contains_key(name) => {
                exec_err!("{name} is a table of the store and cannot be dropped")
            }
            None => Ok(None),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        read(&self.shared.named).contains_key(name) || self.tables.contains_key(name)
    }
}

/// The schema `stored`.
#[derive(Debug)]
struct StoredSchema {
    tables: BTreeMap<&'static str, Arc<dyn TableProvider>>,
}

#[async_trait]
impl SchemaProvider for StoredSchema {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().map(|name| (*name).to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        Ok(self.tables.get(name).cloned())
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }
}

/// The schema `system`.
#[derive(Debug)]
struct SystemSchema {
    shared: Arc<Shared>,
    context: SystemContext,
    planner: Planner,
}

#[async_trait]
impl SchemaProvider for SystemSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = read(&self.shared.system).keys().cloned().collect();
        names.extend(read(&self.shared.system_providers).keys().cloned());
        names.extend(self.planner.views.keys().cloned());
        names.sort_unstable();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        if let Some(table) = read(&self.shared.system).get(name) {
            return Ok(Some(Arc::new(SystemTableProvider::new(Arc::clone(table), self.context.clone()))));
        }
        if let Some(view) = self.planner.views.get(name) {
            return self.planner.plan(view, 0).await.map(Some);
        }
        Ok(read(&self.shared.system_providers).get(name).cloned())
    }

    fn table_exist(&self, name: &str) -> bool {
        read(&self.shared.system).contains_key(name)
            || self.planner.views.contains_key(name)
            || read(&self.shared.system_providers).contains_key(name)
    }
}
