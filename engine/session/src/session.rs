//! Opening a session, moving it to the newest snapshot, adding to its catalog.

use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::planner::RelationPlanner;
use datafusion::physical_planner::ExtensionPlanner;
use datafusion::prelude::SessionContext;
use std::sync::{Arc, PoisonError, RwLock};
use stoa_store::{Lease, Snapshot, Store, StoreError};

use crate::absent_languages::AbsentLanguages;
use crate::catalog::{Shared, SnapshotCatalogs};
use crate::columns::ColumnCache;
use crate::counted_kinds::CountedKinds;
use crate::error::SessionError;
use crate::execute::Runner;
use crate::materialized::MaterializedTable;
use crate::once::{OncePlanner, OnceRelations, ShareOnce};
use crate::options::SessionOptions;
use crate::planner::ExtensiblePlanner;
use crate::pressure::{Relief, Reliefs};
use crate::results::{CacheTable, ResultCache};
use crate::selective_joins::SelectiveJoinsFirst;
use crate::sources::{SourceCache, Sources};
use crate::system::{self, SystemContext, SystemTable};
use crate::tables::SnapshotFiles;
use crate::telemetry::{self, MetricsTable, QueriesTable, QueryLog};
use crate::unused_joins::DropUnusedJoins;
use crate::views::View;

/// A DataFusion session over a store. Queries see one snapshot, each for the whole of its run.
pub struct Session {
    context: SessionContext,
    store: Store,
    options: Arc<SessionOptions>,
    shared: Arc<Shared>,
    cache: Arc<SourceCache>,
    columns: Arc<ColumnCache>,
    planner: ExtensiblePlanner,
    reliefs: Reliefs,
    url: ObjectStoreUrl,
    results: Arc<ResultCache>,
    queries: Arc<QueryLog>,
    runner: Arc<Runner>,
    current: RwLock<Current>,
    /// Held while the session moves, so that two moves do not pass each other. True if the session stays at a
    /// snapshot whatever is published.
    moving: tokio::sync::Mutex<bool>,
}

/// The snapshot that new queries see.
#[derive(Clone)]
struct Current {
    snapshot: Arc<Snapshot>,
    sources: Arc<Sources>,
}

impl Session {
    /// Opens a session over the newest snapshot of a store.
    ///
    /// # Errors
    /// [`SessionError::NoSnapshot`] if nothing has been published yet, and the store's own errors.
    pub async fn open(store: Store, options: SessionOptions) -> Result<Session, SessionError> {
        let (snapshot, lease) = newest(&store).await?;
        let session = Session::open_with(store, options, snapshot, lease, false)?;
        session.load_materialized().await?;
        Ok(session)
    }

    /// Opens a session over a snapshot of the past, or the newest, by its number; the session stays there.
    pub async fn open_at(
        store: Store,
        options: SessionOptions,
        number: u64,
    ) -> Result<Session, SessionError> {
        let lease = store.lease(number)?;
        let snapshot = Arc::new(store.snapshot(number).await?);
        let session = Session::open_with(store, options, snapshot, lease, true)?;
        session.load_materialized().await?;
        Ok(session)
    }

    fn open_with(
        store: Store,
        options: SessionOptions,
        snapshot: Arc<Snapshot>,
        lease: Lease,
        stays: bool,
    ) -> Result<Session, SessionError> {
        let url = ObjectStoreUrl::parse(store.url().as_str())?;
        let reliefs = Reliefs::default();
        let runtime = options.runtime(&reliefs)?;
        runtime.register_object_store(url.as_ref(), Arc::clone(store.object_store()));

        telemetry::install();
        let results = ResultCache::new(
            store.clone(),
            options.result_cache_bytes,
            options.shared_cache.unwrap_or_else(|| snapshot.cache_limits()),
            Arc::clone(&runtime.memory_pool),
        );
        let results = Arc::new(results);
        let queries = Arc::new(QueryLog::new(store.clone(), options.query_log));
        let columns = Arc::new(ColumnCache::new(options.column_cache_bytes, &runtime.memory_pool));
        // To decode columns again costs less than to answer again.
        let kept = Arc::downgrade(&columns);
        reliefs.add(Arc::new(move |bytes| {
            if let Some(columns) = kept.upgrade() {
                columns.release(bytes);
            }
        }));
        let kept = Arc::downgrade(&results);
        reliefs.add(Arc::new(move |bytes| {
            if let Some(results) = kept.upgrade() {
                results.release(bytes);
            }
        }));

        let shared = Arc::new(Shared::default());
        shared.add_system_table(Arc::new(CacheTable { cache: Arc::downgrade(&results) }));
        shared.add_system_table(Arc::new(QueriesTable { log: Arc::downgrade(&queries) }));
        shared.add_system_table(Arc::new(MetricsTable));
        for table in system::tables() {
            shared.add_system_table(table);
        }
        let options = Arc::new(options);
        let cache = Arc::new(SourceCache::new(options.source_cache_bytes));
        let location = SnapshotFiles::new(&store, url.clone(), Arc::clone(&columns), snapshot, lease);
        let (current, catalogs) = at_snapshot(&store, &options, &shared, &cache, location, false);
        let planner = ExtensiblePlanner::default();
        planner.add(Arc::new(OncePlanner));
        let state = SessionStateBuilder::new_with_default_features()
            .with_query_planner(Arc::new(planner.clone()))
            .with_config(options.config())
            .with_runtime_env(runtime)
            .with_catalog_list(catalogs)
            .with_optimizer_rule(Arc::new(AbsentLanguages))
            .with_optimizer_rule(Arc::new(DropUnusedJoins))
            .with_optimizer_rule(Arc::new(SelectiveJoinsFirst))
            .with_optimizer_rule(Arc::new(CountedKinds))
            .with_physical_optimizer_rule(Arc::new(ShareOnce))
            .with_relation_planners(vec![Arc::new(OnceRelations)])
            .build();
        let context = SessionContext::new_with_state(state);
        let state = context.state_weak_ref();
        shared.set_state(move || state.upgrade().map(|state| state.read().clone()));
        let keeps = options.keeps_statements;
        let runner = Runner::new(context.clone(), Arc::clone(&results), keeps, Arc::clone(&queries));
        let runner = Arc::new(runner);
        Ok(Session {
            results,
            queries,
            runner,
            context,
            store,
            options,
            shared,
            cache,
            columns,
            planner,
            reliefs,
            url,
            current: RwLock::new(current),
            moving: tokio::sync::Mutex::new(stays),
        })
    }

    /// The DataFusion context: for planning, and for registering functions.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Plans one statement of DataFusion's dialect.
    pub async fn sql(&self, statement: &str) -> Result<DataFrame, SessionError> {
        Ok(self.context.sql(statement).await?)
    }

    /// The snapshot that new queries see.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current().snapshot
    }

    /// The source texts of that snapshot.
    pub fn sources(&self) -> Arc<Sources> {
        self.current().sources
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn options(&self) -> &SessionOptions {
        &self.options
    }

    /// The bytes of decoded columns that are kept for scans to come; they are part of what the memory pool has given.
    pub fn column_bytes(&self) -> u64 {
        self.columns.bytes()
    }

    /// The answers that are kept.
    pub fn results(&self) -> &Arc<ResultCache> {
        &self.results
    }

    /// The queries that were run.
    pub fn queries(&self) -> &Arc<QueryLog> {
        &self.queries
    }

    /// What runs statements: their answers come from the cache where they can, and every one is noted.
    pub fn runner(&self) -> &Arc<Runner> {
        &self.runner
    }

    /// Waits until what goes on behind answers is done, and written.
    pub async fn settle(&self) {
        self.results.settle().await;
        self.queries.flush().await;
    }

    /// The session will not be asked again: waits until answers and notes are written that others may want.
    pub async fn close(&self) {
        self.results.close().await;
        self.queries.flush().await;
    }

    /// Looks which materialized tables the store has now.
    pub async fn load_materialized(&self) -> Result<(), SessionError> {
        let mut tables = Vec::new();
        for table in self.store.materialized().await? {
            let name = table.name.clone();
            match MaterializedTable::open(&self.store, &self.url, table).await {
                Ok(table) => tables.push((name, Arc::new(table))),
                // It is made anew by REFRESH; the other tables are as good as ever.
                Err(error) => tracing::warn!(%error, table = name, "a materialized table cannot be read"),
            }
        }
        self.shared.set_materialized(tables);
        Ok(())
    }

    /// The materialized tables of the session, by name.
    pub fn materialized(&self) -> Vec<Arc<MaterializedTable>> {
        self.shared.materialized()
    }

    /// Moves to the newest snapshot, unless it was told to stay at another; says whether there was a newer one. Queries
    /// that are planned or running keep the snapshot they have.
    pub async fn refresh(&self) -> Result<bool, SessionError> {
        let stays = self.moving.lock().await;
        if *stays {
            return Ok(false);
        }
        self.load_materialized().await?;
        self.to_newest().await
    }

    /// Moves to a snapshot of the past and stays there; or to the newest, and goes with those to come. Says
    /// whether that is another one than before.
    pub async fn travel(&self, to: Option<u64>) -> Result<bool, SessionError> {
        let mut stays = self.moving.lock().await;
        let moved = match to {
            None => self.to_newest().await?,
            Some(number) if number == self.snapshot().number => false,
            Some(number) => {
                let lease = self.store.lease(number)?;
                let snapshot = Arc::new(self.store.snapshot(number).await?);
                self.go(snapshot, lease);
                true
            }
        };
        *stays = to.is_some();
        Ok(moved)
    }

    async fn to_newest(&self) -> Result<bool, SessionError> {
        let (snapshot, lease) = newest(&self.store).await?;
        if snapshot.number == self.snapshot().number {
            return Ok(false);
        }
        self.go(snapshot, lease);
        Ok(true)
    }

    fn go(&self, snapshot: Arc<Snapshot>, lease: Lease) {
        let columns = Arc::clone(&self.columns);
        let location = SnapshotFiles::new(&self.store, self.url.clone(), columns, snapshot, lease);
        let (current, catalogs) =
            at_snapshot(&self.store, &self.options, &self.shared, &self.cache, location, false);
        self.context.register_catalog_list(catalogs);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
    }

    /// The snapshot that new queries see, as a context of its own in which a view that calls a table function or is wanted whole is a table: computed
    /// when it is first read, and kept as long as the context is there. For a few moments, in which many statements read the same.
    pub fn keeping_views(&self) -> Result<SessionContext, SessionError> {
        let snapshot = self.snapshot();
        let lease = self.store.lease(snapshot.number)?;
        let columns = Arc::clone(&self.columns);
        let location = SnapshotFiles::new(&self.store, self.url.clone(), columns, snapshot, lease);
        let (_, catalogs) =
            at_snapshot(&self.store, &self.options, &self.shared, &self.cache, location, true);
        let mut state = self.context.state();
        state.register_catalog_list(catalogs);
        Ok(SessionContext::new_with_state(state))
    }

    /// Adds a view to `main`, or replaces one. It is planned when a query first mentions it.
    pub fn create_view(&self, view: View) {
        self.shared.add_view(view);
    }

    /// Adds views to `main`.
    pub fn create_views(&self, views: impl IntoIterator<Item = View>) {
        views.into_iter().for_each(|view| self.create_view(view));
    }

    /// The views of `main`, by name.
    pub fn views(&self) -> Vec<View> {
        self.shared.views()
    }

    /// Adds table functions: `relations` turns their calls in a FROM clause into nodes of a logical plan, `extensions`
    /// these nodes into physical ones. When a statement is planned, `relations` finds the tables of its snapshot under
    /// the name of the function, as [`FunctionTables`](crate::FunctionTables).
    pub fn add_table_functions(
        &self,
        names: impl IntoIterator<Item = &'static str>,
        relations: Arc<dyn RelationPlanner>,
        extensions: Arc<dyn ExtensionPlanner + Send + Sync>,
    ) -> Result<(), SessionError> {
        self.shared.add_table_functions(names);
        self.planner.add(extensions);
        self.context.register_relation_planner(relations)?;
        Ok(())
    }

    /// Adds table functions that compare snapshots: `relations` turns their calls into plans over the tables that it
    /// finds under the name of the function, in [`FunctionTables::history`](crate::FunctionTables::history).
    pub fn add_history_functions(
        &self,
        names: impl IntoIterator<Item = &'static str>,
        relations: Arc<dyn RelationPlanner>,
    ) -> Result<(), SessionError> {
        self.shared.add_history_functions(names);
        self.context.register_relation_planner(relations)?;
        Ok(())
    }

    /// Adds something that lets memory go when the session runs out of it, before anybody is refused.
    pub fn relieve(&self, relief: Relief) {
        self.reliefs.add(relief);
    }

    /// Adds a table to `system`.
    pub fn add_system_table(&self, table: Arc<dyn SystemTable>) {
        self.shared.add_system_table(table);
    }

    /// Adds a table to `system` that does not depend on the snapshot.
    pub fn add_system_provider(&self, name: &str, table: Arc<dyn TableProvider>) {
        self.shared.add_system_provider(name, table);
    }

    fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The newest snapshot, and a lease on it.
async fn newest(store: &Store) -> Result<(Arc<Snapshot>, Lease), SessionError> {
    loop {
        let Some(snapshot) = store.latest().await? else {
            return Err(SessionError::NoSnapshot { location: store.location().to_owned() });
        };
        match store.lease(snapshot.number) {
            Ok(lease) => return Ok((Arc::new(snapshot), lease)),
            // Superseded and removed in the same moment.
            Err(StoreError::MissingSnapshot { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn at_snapshot(
    store: &Store,
    options: &Arc<SessionOptions>,
    shared: &Arc<Shared>,
    cache: &Arc<SourceCache>,
    location: SnapshotFiles,
    keeps: bool,
) -> (Current, Arc<SnapshotCatalogs>) {
    let (snapshot, location) = (Arc::clone(&location.snapshot), Arc::new(location));
    let sources = Arc::new(Sources::new(Arc::clone(cache), Arc::clone(&location)));
    let system = SystemContext {
        store: store.clone(),
        snapshot: Arc::clone(&snapshot),
        options: Arc::clone(options),
        shared: Arc::clone(shared),
    };
    let catalogs = SnapshotCatalogs::new(
        Arc::clone(shared),
        location,
        Arc::clone(&sources),
        Arc::clone(cache),
        system,
        keeps,
    );
    (Current { snapshot, sources }, catalogs)
}
