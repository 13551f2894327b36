//! The text format of Prometheus (version 0.0.4), read strictly, with the rules that `promtool check metrics` goes by.

use std::collections::{BTreeMap, BTreeSet};

/// A metric family.
#[derive(Debug)]
pub struct Family {
    pub kind: String,
    pub samples: Vec<Sample>,
}

/// One line with a value.
#[derive(Debug)]
pub struct Sample {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

/// All that was exposed, by name.
#[derive(Debug, Default)]
pub struct Exposition(pub BTreeMap<String, Family>);

impl Exposition {
    /// Reads it; panics where a scraper or a linter would complain.
    pub fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has an end");
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        let (mut described, mut current) = (None, String::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').expect(line);
                assert!(!help.trim().is_empty() && help.ends_with('.'), "{line}");
                described = Some(name.to_owned());
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect(line);
                assert_eq!(described.take().as_deref(), Some(name), "{line}");
                check_name(name, kind);
                let family = Family {
                    kind: kind.to_owned(),
                    samples: Vec::new(),
                };
                let before = families.insert(name.to_owned(), family);
                assert!(before.is_none(), "two groups of {name}");
                name.clone_into(&mut current);
            } else {
                let sample = Sample::parse(line);
                let family = families.get_mut(&current).expect(line);
                assert!(is_of(&sample.name, &current, &family.kind), "{line} in {current}");
                family.samples.push(sample);
            }
        }
        for (name, family) in &families {
            family.check(name);
        }
        Self(families)
    }

    /// The value of the one sample with these labels and no others.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.find(name, labels)
            .unwrap_or_else(|| panic!("there is no {name} with {labels:?}"))
    }

    pub fn find(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let expected: BTreeMap<_, _> = labels
            .iter()
            .map(|(label, value)| ((*label).to_owned(), (*value).to_owned()))
            .collect();
        let samples = self.0.values().flat_map(|family| &family.samples);
        let mut found = samples.filter(|sample| sample.name == name && sample.labels == expected);
        found.next().map(|sample| sample.value)
    }

    /// How many label sets a family has.
    pub fn series(&self, name: &str) -> usize {
        self.0.get(name).map_or(0, |family| family.samples.len())
    }

    /// What a label has for values in a family.
    pub fn values_of(&self, name: &str, label: &str) -> BTreeSet<String> {
        let samples = self.0.get(name).into_iter().flat_map(|family| &family.samples);
        samples
            .filter_map(|sample| sample.labels.get(label).cloned())
            .collect()
    }
}

impl Sample {
    fn parse(line: &str) -> Self {
        let (series, value) = line.rsplit_once(' ').expect(line);
        let (name, labels) = match series.split_once('{') {
            None => (series, ""),
            Some((name, labels)) => (name, labels.strip_suffix('}').expect(line)),
        };
        assert!(is_name(name), "{line}");
        Self {
            name: name.to_owned(),
            labels: parse_labels(labels),
            value: value.parse().expect(line),
        }
    }
}

/// `a="b",c="d"`, with `\\`, `\"` and `\n` in the values.
fn parse_labels(mut text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    while !text.is_empty() {
        let (label, rest) = text.split_once("=\"").expect(text);
        assert!(
            is_name(label) && !label.starts_with("__") && !label.contains(':'),
            "{label}"
        );
        let (mut value, mut characters) = (String::new(), rest.char_indices());
        let end = loop {
            match characters.next().expect("the value has an end") {
                (_, '\\') => value.push(match characters.next().unwrap().1 {
                    'n' => '\n',
                    escaped @ ('\\' | '"') => escaped,
                    other => panic!("\\{other} is no escape"),
                }),
                (end, '"') => break end,
                (_, character) => value.push(character),
            }
        };
        assert!(labels.insert(label.to_owned(), value).is_none(), "two of {label}");
        text = &rest[end + 1..];
        text = text.strip_prefix(',').unwrap_or(text);
    }
    labels
}

fn is_name(text: &str) -> bool {
    let is_letter = |character: char| character.is_ascii_alphabetic() || character == '_';
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

/// What `promtool` says about names, and our own prefix.
fn check_name(name: &str, kind: &str) {
    assert!(is_name(name) && name == name.to_lowercase(), "{name}");
    assert!(
        name.starts_with("ticketing_") || name.starts_with("process_"),
        "{name}"
    );
    assert!(
        ["counter", "gauge", "histogram"].contains(&kind),
        "{name} is a {kind}"
    );
    assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
    for suffix in ["_count", "_sum", "_bucket"] {
        assert!(!name.ends_with(suffix), "{name}");
    }
    for unit in ["milliseconds", "_ms", "minutes", "kilobytes", "percent"] {
        assert!(!name.contains(unit), "{name} is in no base unit");
    }
    assert!(!name.contains(kind), "{name} repeats its type");
}

fn is_of(sample: &str, family: &str, kind: &str) -> bool {
    if kind == "histogram" {
        let suffix = sample.strip_prefix(family).unwrap_or_default();
        return ["_bucket", "_sum", "_count"].contains(&suffix);
    }
    sample == family
}

impl Family {
    fn check(&self, name: &str) {
        assert!(!self.samples.is_empty(), "{name} has no value");
        let series: BTreeSet<_> = self
            .samples
            .iter()
            .map(|sample| (&sample.name, &sample.labels))
            .collect();
        assert_eq!(series.len(), self.samples.len(), "{name} has a series twice");
        if self.kind == "counter" {
            assert!(self.samples.iter().all(|sample| sample.value >= 0.0), "{name}");
        }
        if self.kind == "histogram" {
            self.check_histogram(name);
        }
    }

    /// Buckets are cumulative, and the last of them has everything.
    fn check_histogram(&self, name: &str) {
        let mut buckets: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
        let mut counts = BTreeMap::new();
        for sample in &self.samples {
            let mut labels = sample.labels.clone();
            if let Some(bound) = labels.remove("le") {
                let bucket = (bound.parse().unwrap(), sample.value);
                buckets.entry(labels).or_default().push(bucket);
            } else if sample.name.ends_with("_count") {
                counts.insert(labels, sample.value);
            }
        }
        assert_eq!(buckets.len(), counts.len(), "{name}");
        for (labels, buckets) in buckets {
            assert!(buckets.is_sorted(), "{name} {labels:?}: {buckets:?}");
            let (bound, all) = *buckets.last().unwrap();
            assert!(bound.is_infinite(), "{name} {labels:?}");
            assert!((all - counts[&labels]).abs() < f64::EPSILON, "{name} {labels:?}");
        }
    }
}
