//! A well-behaved run meets no refusal, alone or beside others.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{join, join_all};
use genesys::{Clock as _, Disposition, Limits, WaitReason};
use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::TestClock,
    vendor::{Asked, Reply, USER, Vendor, error_body, outcome},
};

/// The vendor's counter: windows of a minute that begin with the first request.
#[derive(Default)]
struct Counter {
    opened: Option<Timestamp>,
    count: u64,
    refused: u64,
    log: VecDeque<Timestamp>,
    most: usize,
}

impl Counter {
    fn answer(&mut self, now: Timestamp, allowed: u64) -> Reply {
        let minute = SignedDuration::from_secs(60);
        if self.opened.is_none_or(|opened| now.duration_since(opened) >= minute) {
            (self.opened, self.count) = (Some(now), 0);
        }
        self.log.push_back(now);
        self.log.retain(|at| now.duration_since(*at) < minute);
        self.most = self.most.max(self.log.len());
        // Whole seconds, rounded down: the header may promise up to a second too much.
        let left = (60_000 - now.duration_since(self.opened.unwrap()).as_millis()) / 1_000;
        self.count += 1;
        let reply = if self.count > allowed {
            self.refused += 1;
            Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &left)
        } else {
            Reply::user()
        };
        reply
            .header("inin-ratelimit-count", &self.count.min(allowed))
            .header("inin-ratelimit-allowed", &allowed)
            .header("inin-ratelimit-reset", &left)
            .after(Duration::from_millis(40))
    }
}

fn counting(allowed: u64) -> (Vendor, Arc<Mutex<Counter>>) {
    let counter = Arc::new(Mutex::new(Counter::default()));
    let shared = Arc::clone(&counter);
    let vendor = Vendor::new(move |asked: &Asked, _| shared.lock().unwrap().answer(asked.at, allowed));
    (vendor, counter)
}

#[test]
fn a_run_alone_is_never_refused_and_keeps_every_sliding_minute() {
    for allowed in [300, 180, 30] {
        let (vendor, counter) = counting(allowed);
        let reader = vendor.reader();
        let began = vendor.clock.now();
        vendor.clock.run(async {
            for _ in 0..1_000 {
                reader.user(USER, &[]).await.unwrap();
            }
        });
        let counter = counter.lock().unwrap();
        assert_eq!(counter.refused, 0, "{allowed} allowed");
        assert!(
            counter.most <= usize::try_from(allowed).unwrap(),
            "{} in a minute of {allowed}",
            counter.most
        );
        // Caution must not cost much: at least nine tenths of the allowance are used.
        let minutes = vendor.clock.now().duration_since(began).as_secs_f64() / 60.0;
        let fastest = 1_000.0 / (f64::from(u32::try_from(allowed).unwrap()));
        assert!(minutes < fastest / 0.9 + 0.1, "{minutes} minutes at {allowed}");
    }
}

#[test]
fn callers_at_the_same_time_share_the_budget() {
    let (vendor, counter) = counting(100);
    let reader = vendor.reader();
    let results = vendor.clock.run(join_all((0..40).map(|_| async {
        for _ in 0..10 {
            reader.user(USER, &[]).await.unwrap();
        }
    })));
    assert_eq!(results.len(), 40);
    let counter = counter.lock().unwrap();
    // The allowance is learnt from the first answer; up to then the forty may be under way.
    assert_eq!(counter.refused, 0);
    assert!(counter.most <= 100, "{}", counter.most);
}

#[test]
fn nobody_is_kept_waiting_for_good_by_a_caller_that_never_pauses() {
    // The answers come at once, so the caller that is served first has the next request ready before any other wakes.
    let vendor = Vendor::script(vec![Reply::user()]);
    let reader = vendor.reader();
    let results = vendor.clock.run(join_all((0..3).map(|_| async {
        for _ in 0..1_000 {
            reader.user(USER, &[]).await?;
        }
        Ok::<_, genesys::Error>(())
    })));
    assert!(results.iter().all(Result::is_ok));
}

#[test]
fn two_processes_on_one_token_are_never_refused() {
    let (vendor, counter) = counting(200);
    let (one, other) = (vendor.client(Limits::default()).reader(), vendor.client(Limits::default()).reader());
    let work = |reader: genesys::Reader| async move {
        for _ in 0..90 {
            reader.user(USER, &[]).await.unwrap();
        }
    };
    let both = (0..16).map(|caller| work(if caller % 2 == 0 { one.clone() } else { other.clone() }));
    vendor.clock.run(join_all(both));
    let counter = counter.lock().unwrap();
    assert_eq!(counter.refused, 0);
    assert!(counter.most <= 200, "{} in a minute", counter.most);
}

#[test]
fn a_neighbour_that_takes_most_of_the_budget_is_given_way() {
    let counter = Arc::new(Mutex::new(Counter::default()));
    let shared = Arc::clone(&counter);
    // For each of our requests the neighbour, who watches nothing, sends three.
    let vendor = Vendor::new(move |asked: &Asked, _| {
        let mut counter = shared.lock().unwrap();
        let ours = counter.answer(asked.at, 300);
        if counter.count < 260 {
            (0..3).for_each(|_| drop(counter.answer(asked.at, 300)));
        }
        ours
    });
    let reader = vendor.reader();
    vendor.clock.run(async {
        for _ in 0..400 {
            reader.user(USER, &[]).await.unwrap();
        }
    });
    assert_eq!(counter.lock().unwrap().refused, 0);
}

/// A neighbour at the end of one of the vendor's windows and we at the beginning of the next are in the same minute.
#[test]
fn a_neighbour_counts_across_the_end_of_a_window() {
    let (vendor, counter) = counting(200);
    let reader = vendor.reader();
    vendor.clock.run(async {
        reader.user(USER, &[]).await.unwrap();
        vendor.clock.sleep(Duration::from_secs(50)).await;
        (0..150).for_each(|_| drop(counter.lock().unwrap().answer(vendor.clock.now(), 200)));
        reader.user(USER, &[]).await.unwrap();
        vendor.clock.sleep(Duration::from_secs(12)).await;
        for _ in 0..150 {
            reader.user(USER, &[]).await.unwrap();
        }
    });
    assert!(counter.lock().unwrap().most <= 200, "{} in a minute", counter.lock().unwrap().most);
}

#[test]
fn a_vendor_that_states_no_counts_is_sent_no_more_than_assumed() {
    let vendor = Vendor::script(vec![Reply::user()]);
    let reader = vendor.reader();
    vendor.clock.run(join_all((0..10).map(|_| async {
        for _ in 0..100 {
            reader.user(USER, &[]).await.unwrap();
        }
    })));
    let times: Vec<_> = vendor.calls().into_iter().map(|call| call.at).collect();
    assert_eq!(times.len(), 1_000);
    for window in times.windows(301) {
        assert!(window[300].duration_since(window[0]) > SignedDuration::from_secs(60));
    }
}

#[test]
fn a_window_that_is_used_up_is_waited_for_also_when_it_is_long() {
    let used_up = Reply::user()
        .header("inin-ratelimit-count", &300)
        .header("inin-ratelimit-allowed", &300)
        .header("inin-ratelimit-reset", &100);
    let vendor = Vendor::script(vec![used_up, Reply::user()]);
    let reader = vendor.reader();
    vendor.clock.run(async {
        reader.user(USER, &[]).await.unwrap();
        reader.user(USER, &[]).await.unwrap();
    });
    let calls = vendor.calls();
    assert!(calls[1].at.duration_since(calls[0].at) >= SignedDuration::from_secs(100));
}

#[test]
fn an_answer_that_was_overtaken_changes_nothing() {
    let counted = |count: u64, wait| {
        Reply::user()
            .header("inin-ratelimit-count", &count)
            .header("inin-ratelimit-allowed", &300)
            .header("inin-ratelimit-reset", &50)
            .after(Duration::from_secs(wait))
    };
    let vendor = Vendor::script(vec![counted(200, 20), counted(1, 0), counted(2, 0)]);
    let reader = vendor.reader();
    let first = async { reader.user(USER, &[]).await };
    let rest = async {
        for _ in 0..120 {
            reader.user(USER, &[]).await?;
        }
        vendor.clock.sleep(Duration::from_secs(25)).await;
        reader.user(USER, &[]).await
    };
    let (first, rest) = vendor.clock.run(join(first, rest));
    assert!(first.is_ok() && rest.is_ok());
    let calls = vendor.calls();
    let last = calls.last().unwrap().at.duration_since(calls[0].at);
    assert_eq!(last.as_secs(), 25, "the late answer's count was taken for a new one");
}

#[test]
fn nothing_is_sent_before_retry_after_has_passed() {
    let refusal = Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &37);
    let vendor = Vendor::script(vec![refusal, Reply::user()]);
    let reader = vendor.reader();
    // The second caller was not refused itself, and waits all the same.
    let late = async {
        vendor.clock.sleep(Duration::from_secs(1)).await;
        reader.user(USER, &[]).await
    };
    let (first, second) = vendor.clock.run(join(reader.user(USER, &[]), late));
    assert!(first.is_ok() && second.is_ok());
    let calls = vendor.calls();
    let waits: Vec<i64> = calls.iter().map(|call| call.at.duration_since(calls[0].at).as_secs()).collect();
    assert_eq!(waits.len(), 3);
    assert!(waits[1] >= 37 && waits[2] >= 37, "{waits:?}");
}

#[test]
fn whole_seconds_are_taken_to_be_rounded_down() {
    let mut first = None;
    let vendor = Vendor::new(move |asked: &Asked, _| {
        let first = *first.get_or_insert(asked.at);
        let left = 37_900 - asked.at.duration_since(first).as_millis();
        if left > 0 {
            Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &(left / 1_000))
        } else {
            Reply::user()
        }
    });
    vendor.clock.run(vendor.reader().user(USER, &[])).unwrap();
    assert_eq!(vendor.calls().len(), 2);
}

#[test]
fn a_refusal_that_names_only_the_end_of_the_window_is_waited_out() {
    let refusal =
        Reply::json(429, &error_body(429, "too.many.requests", "")).header("inin-ratelimit-reset", &44);
    let vendor = Vendor::script(vec![refusal, Reply::user()]);
    vendor.clock.run(vendor.reader().user(USER, &[])).unwrap();
    let calls = vendor.calls();
    assert!(calls[1].at.duration_since(calls[0].at) >= SignedDuration::from_secs(44));
}

#[test]
fn headers_that_cannot_be_right_do_not_stop_the_client() {
    let odd = |allowed: u64, reset: u64| {
        Reply::user()
            .header("inin-ratelimit-count", &300)
            .header("inin-ratelimit-allowed", &allowed)
            .header("inin-ratelimit-reset", &reset)
    };
    for odd in [odd(300, 1_000_000), odd(0, 60), Reply::user().header("inin-ratelimit-count", "many")] {
        let vendor = Vendor::script(vec![odd, Reply::user()]);
        let reader = vendor.reader();
        vendor.clock.run(async {
            for _ in 0..10 {
                reader.user(USER, &[]).await.unwrap();
            }
        });
        let calls = vendor.calls();
        assert!(calls[9].at.duration_since(calls[0].at) < SignedDuration::from_secs(130));
    }
}

#[test]
fn a_wait_that_would_pass_the_deadline_is_an_error_that_says_how_long() {
    let refusal = Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &3_600);
    let vendor = Vendor::script(vec![refusal]);
    let client = vendor.client(Limits::default());
    let began = vendor.clock.now();
    let first = outcome(vendor.clock.run(client.reader().user(USER, &[])));
    assert_eq!(first.disposition(), Disposition::RetryAfter(Some(Duration::from_secs(3_600))));
    let second = outcome(vendor.clock.run(client.reader().user(USER, &[])));
    let Disposition::RetryAfter(Some(wait)) = second.disposition() else { panic!("{second}") };
    assert!((3_590..=3_601).contains(&wait.as_secs()), "{wait:?}");
    assert_eq!(vendor.calls().len(), 1);
    assert!(vendor.clock.now().duration_since(began).as_secs() < 5);
}

#[test]
fn a_wait_is_shown_with_its_end_and_reason() {
    let refusal = Reply::json(429, &error_body(429, "too.many.requests", "")).header("retry-after", &20);
    let vendor = Vendor::script(vec![refusal, Reply::user()]);
    let client = vendor.client(Limits::default());
    let reader = client.reader();
    let look = async {
        vendor.clock.sleep(Duration::from_secs(10)).await;
        client.waiting()
    };
    let (read, shown) = vendor.clock.run(join(reader.user(USER, &[]), look));
    assert!(read.is_ok());
    let shown = shown.unwrap();
    assert_eq!(shown.reason, WaitReason::Backoff);
    assert!(shown.until.duration_since(vendor.calls()[0].at).as_secs() >= 20);
    assert_eq!(client.waiting(), None);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing_for_longer_than_a_minute() {
    let (vendor, _) = counting(30);
    let reader = vendor.reader();
    vendor.clock.run(async {
        for _ in 0..29 {
            reader.user(USER, &[]).await.unwrap();
        }
    });
    let back: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
    vendor.clock.set(back);
    vendor.clock.run(reader.user(USER, &[])).unwrap();
    assert!(vendor.clock.now().duration_since(back).as_secs() <= 62);
}

#[test]
fn the_state_of_the_budget_is_told() {
    let (vendor, _) = counting(180);
    let client = vendor.client(Limits::default());
    for _ in 0..5 {
        vendor.clock.run(client.reader().user(USER, &[])).unwrap();
    }
    assert_eq!((client.budget().used, client.budget().usable), (5, 176));
    assert_eq!(client.calls(), 5);
}

#[test]
fn virtual_time_stands_still_without_sleepers() {
    let clock = TestClock::new();
    let before = clock.now();
    clock.run(async {});
    assert_eq!(clock.now(), before);
}
