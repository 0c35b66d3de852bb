use emeritus_core::census::Verdict;
use emeritus_core::event::Outcome;
use emeritus_core::evidence::Evidence;
use emeritus_core::forecast::Calendar;
use serde_json::Value;

fn html(evidence: &Evidence) -> Result<String, askama::Error> {
    let mut calendar = Calendar::default();
    calendar.add(evidence.started_at, 3);
    super::html(evidence, &calendar)
}

/// A delete that severed history, with the person put back.
fn broken() -> Evidence {
    serde_json::from_str(include_str!("../../../emeritus-core/tests/it/golden/evidence-v1.json")).unwrap()
}

fn escaped(text: &str) -> String {
    let replacements = [("&", "&#38;"), ("<", "&#60;"), (">", "&#62;"), ("\"", "&#34;"), ("'", "&#39;")];
    replacements.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn the_page_says_everything_that_the_evidence_says() {
    let evidence = broken();
    let page = html(&evidence).unwrap().to_lowercase();
    let mut sentences = vec![evidence.headline.clone()];
    sentences.extend(evidence.summary.clone());
    sentences.extend(evidence.not_checked.clone());
    sentences.extend(evidence.will_not_come_back.clone());
    sentences.extend(
        evidence.steps.iter().flat_map(|step| [step.what.clone(), step.why.clone(), evidence.became(step)]),
    );
    sentences.extend(evidence.timeline.iter().map(|moment| moment.what.clone()));
    sentences.extend(
        evidence.readings.iter().flat_map(|reading| [reading.census.root.clone(), reading.verdict_words()]),
    );
    sentences.extend(evidence.findings.iter().map(|finding| finding.text.clone()));
    sentences.extend([
        evidence.approval.by.clone(),
        evidence.approval.digest.0.clone(),
        evidence.run.to_string(),
    ]);
    for sentence in sentences {
        assert!(
            page.contains(&escaped(&sentence.replace(" -> ", " → ")).to_lowercase()),
            "not on the page: {sentence}"
        );
    }
    for reading in &evidence.readings {
        if let Some(Verdict::Broken { missing, .. }) = &reading.verdict {
            assert!(
                missing.iter().all(|id| page.contains(&id.to_string())),
                "every missing id is on the page"
            );
        }
    }
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere_and_runs_nothing() {
    let page = html(&broken()).unwrap();
    for foreign in
        ["<script", "javascript:", "http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<img"]
    {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

/// Returns every value that has this text added to one of its strings.
fn tainted(value: &Value, taint: &str) -> Vec<Value> {
    match value {
        Value::String(text) => vec![Value::from(format!("{text}{taint}"))],
        Value::Array(items) => (0..items.len())
            .flat_map(|place| {
                tainted(&items[place], taint).into_iter().map(move |item| {
                    let mut copy = items.clone();
                    copy[place] = item;
                    Value::Array(copy)
                })
            })
            .collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| {
                tainted(member, taint).into_iter().map(move |member| {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), member);
                    Value::Object(copy)
                })
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[test]
fn no_text_of_the_evidence_becomes_markup() {
    let stored = serde_json::to_value(broken()).unwrap();
    let (mut readable, mut shown) = (0, 0);
    for value in tainted(&stored, "<i onload=\"x\">&'") {
        let Ok(evidence) = serde_json::from_value::<Evidence>(value) else { continue };
        let page = html(&evidence).unwrap();
        assert!(!page.contains("<i onload") && !page.contains("onload=\"x\""));
        readable += 1;
        shown += usize::from(page.contains(&escaped("<i onload=\"x\">&'")));
    }
    assert!(readable > 200 && shown > 100, "{readable} texts could be tainted, {shown} of them are shown");
}

#[test]
fn what_was_made_against_an_emulated_organization_says_so() {
    let mut evidence = broken();
    evidence.emulated = false;
    assert!(!html(&evidence).unwrap().contains("<strong>Emulated"));
    evidence.emulated = true;
    let page = html(&evidence).unwrap();
    assert_eq!(page.matches("<strong>Emulated").count(), 2, "at the top and at the foot");
}

#[test]
fn the_accent_is_good_only_for_a_whole_history_that_was_seen() {
    let accent = |change: &dyn Fn(&mut Evidence)| {
        let mut evidence = broken();
        change(&mut evidence);
        let page = html(&evidence).unwrap();
        let start = page.find("<body class=\"").unwrap() + "<body class=\"".len();
        page[start..].split('"').next().unwrap().to_owned()
    };
    let proof = |evidence: &mut Evidence, verdict: Verdict| {
        for reading in &mut evidence.readings {
            reading.verdict = reading.verdict.as_ref().map(|_| verdict.clone());
        }
    };
    assert_eq!(accent(&|_| {}), "bad");
    assert_eq!(
        accent(&|evidence| evidence.outcome = Some(Outcome::Verified)),
        "bad",
        "whatever the outcome says"
    );
    let whole = |evidence: &mut Evidence, outcome| {
        proof(evidence, Verdict::Intact);
        evidence.outcome = outcome;
    };
    assert_eq!(accent(&|evidence| whole(evidence, Some(Outcome::Verified))), "good");
    assert_eq!(accent(&|evidence| whole(evidence, Some(Outcome::WrittenNotVerified))), "attention");
    assert_eq!(accent(&|evidence| whole(evidence, Some(Outcome::Stuck))), "attention");
    assert_eq!(accent(&|evidence| whole(evidence, None)), "neutral");
    let empty = |evidence: &mut Evidence| {
        proof(evidence, Verdict::NoHistoryFound);
        evidence.outcome = Some(Outcome::Verified);
    };
    assert_eq!(accent(&empty), "attention", "no history found is no whole history");
}

#[test]
fn a_long_list_of_ids_is_cut_and_says_how_many_more() {
    let mut evidence = broken();
    for reading in &mut evidence.readings {
        if let Some(Verdict::Broken { missing, .. }) = &mut reading.verdict {
            *missing = (0..1_234).map(uuid::Uuid::from_u128).collect();
        }
    }
    assert!(html(&evidence).unwrap().contains("and 1,114 more, all of them in evidence.json"));
}
