//! Charts of one number per day, as SVG from the server. A table below the chart has the same numbers.

use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// A label, and a value that is not negative.
pub type Point = (String, i64);

const HEIGHT: f64 = 100.0;
const STEP: f64 = 10.0;

/// Shows the total beside the heading.
#[component]
pub fn BarChart(
    heading: &'static str,
    /// Link of the heading.
    #[prop(optional)]
    href: Option<&'static str>,
    points: Vec<Point>,
) -> Html {
    let (highest, number) = (highest(&points), points.iter().map(|(_, value)| value).sum());
    let bars: Vec<_> = (0_u32..)
        .zip(&points)
        .map(|(number, (label, value))| {
            let height = height_of(*value, highest);
            view! {
                <rect x=f64::from(number) * STEP + 1.0 y=HEIGHT - height width=STEP - 2.0 height=height>
                    <title>{format!("{label}: {value}")}</title>
                </rect>
            }
        })
        .collect();
    view! { <Chart heading href number points shapes=view! { <g fill="currentColor">{bars}</g> }.rendered()/> }.rendered()
}

/// Shows the last value beside the heading.
#[component]
pub fn LineChart(
    heading: &'static str,
    /// Link of the heading.
    #[prop(optional)]
    href: Option<&'static str>,
    points: Vec<Point>,
) -> Html {
    let (highest, number) = (highest(&points), points.last().map(|(_, value)| *value).unwrap_or_default());
    let line: Vec<String> = (0_u32..)
        .zip(&points)
        .map(|(number, (_, value))| {
            format!("{},{:.1}", f64::from(number) * STEP + STEP / 2.0, HEIGHT - height_of(*value, highest))
        })
        .collect();
    let shapes = view! {
        <polyline points=line.join(" ") fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"
            stroke-linejoin="round" stroke-linecap="round"/>
    };
    view! { <Chart heading href number points shapes=shapes.rendered()/> }.rendered()
}

fn highest(points: &[Point]) -> i64 {
    points.iter().map(|(_, value)| *value).max().unwrap_or_default()
}

/// In units of the drawing. A value above zero is always visible.
fn height_of(value: i64, highest: i64) -> f64 {
    let height = value as f64 / highest.max(1) as f64 * (HEIGHT - 4.0);
    if value > 0 { height.max(2.0) } else { 0.0 }
}

#[component]
fn Chart(
    heading: &'static str,
    /// The number beside the heading.
    number: i64,
    href: Option<&'static str>,
    points: Vec<Point>,
    shapes: Html,
) -> Html {
    let (first, last) = (label_of(points.first()), label_of(points.last()));
    let title = match href {
        Some(href) => view! { <a class="link link-hover" href=href>{heading}</a> }.rendered(),
        None => heading.rendered(),
    };
    let summary = format!("{heading} from {first} to {last}, at most {} a day", highest(&points));
    let frame = format!("0 0 {} {HEIGHT}", STEP * f64::from(u32::try_from(points.len()).unwrap_or(1)));
    let rows: Vec<_> = points
        .into_iter()
        .map(|(label, value)| view! { <tr><th scope="row" class="font-normal">{label}</th><td class="number">{value}</td></tr> })
        .collect();
    view! {
        <figure class="grid content-start gap-3">
            <figcaption class="flex items-baseline justify-between gap-3">
                <h2 class="font-semibold">{title}</h2>
                <span class="text-2xl font-semibold tabular-nums">{number}</span>
            </figcaption>
            <svg class="h-28 w-full text-primary" viewBox=frame preserveAspectRatio="none" role="img" aria-label=summary>{shapes}</svg>
            <p class="flex justify-between border-t border-base-300 pt-1 text-xs text-base-content/70"><span>{first}</span><span>{last}</span></p>
            <details class="text-sm">
                <summary class="link link-hover w-fit text-base-content/70">"Show as a table"</summary>
                <table class="mt-2 w-full"><tbody>{rows}</tbody></table>
            </details>
        </figure>
    }
    .rendered()
}

fn label_of(point: Option<&Point>) -> String {
    point.map(|(label, _)| label.clone()).unwrap_or_default()
}
