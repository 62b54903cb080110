//! What layers keep of a span until it ends: its fields, when it began, its ids.

use serde_json::{Map, Value};
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Fields of a span or an event as JSON.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Map<String, Value>);

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }
}

/// A span while it lasts.
#[derive(Clone, Debug)]
pub struct Lasting {
    pub fields: Fields,
    pub began: Instant,
    /// Nanoseconds since the Unix epoch.
    pub began_at: u128,
    pub trace: u128,
    pub span: u64,
    pub parent: Option<u64>,
}

/// Nanoseconds since the Unix epoch, now.
pub fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

/// A number that no other span of this or another process is likely to have.
fn fresh() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // The state is random for every call.
    RandomState::new().hash_one((COUNT.fetch_add(1, Ordering::Relaxed), now(), std::process::id())).max(1)
}

/// Remembers a span, unless another layer has.
pub fn begin<S>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    if span.extensions().get::<Lasting>().is_some() {
        return;
    }
    let parent = span.parent().and_then(|parent| {
        let extensions = parent.extensions();
        extensions.get::<Lasting>().map(|lasting| (lasting.trace, lasting.span))
    });
    let mut fields = Fields::default();
    attributes.record(&mut fields);
    let lasting = Lasting {
        fields,
        began: Instant::now(),
        began_at: now(),
        trace: parent.map_or_else(|| (u128::from(fresh()) << 64) | u128::from(fresh()), |(trace, _)| trace),
        span: fresh(),
        parent: parent.map(|(_, span)| span),
    };
    span.extensions_mut().insert(lasting);
}

/// Adds fields that became known later.
pub fn record<S>(values: &Record<'_>, id: &Id, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if let Some(span) = context.span(id)
        && let Some(lasting) = span.extensions_mut().get_mut::<Lasting>()
    {
        values.record(&mut lasting.fields);
    }
}

/// What was remembered of a span.
pub fn lasting<S>(id: &Id, context: &Context<'_, S>) -> Option<(&'static tracing::Metadata<'static>, Lasting)>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let span = context.span(id)?;
    let lasting = span.extensions().get::<Lasting>().cloned()?;
    Some((span.metadata(), lasting))
}
