//! Evaluations and calibrations: judgements of conversations.

use crate::{
    error::Error,
    reader::Reader,
    request::Call,
    thing::{Facts, Thing, things},
};

/// Whose evaluations. The vendor answers for one of the three at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationsOf<'a> {
    /// Those of an agent's conversations. The vendor leaves out evaluations that are never to be released.
    Agent(&'a str),
    /// Those that an evaluator makes.
    Evaluator(&'a str),
    /// Those assigned to somebody for review.
    Assignee(&'a str),
}

/// State of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvaluationState {
    /// Not begun.
    Pending,
    /// Begun.
    InProgress,
    /// Under review.
    InReview,
    /// Done.
    Finished,
    /// Taken back.
    Retracted,
}

impl EvaluationState {
    /// The states in which somebody still has to do something.
    pub const OPEN: [Self; 3] = [Self::Pending, Self::InProgress, Self::InReview];

    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "INPROGRESS",
            Self::InReview => "INREVIEW",
            Self::Finished => "FINISHED",
            Self::Retracted => "RETRACTED",
        }
    }
}

const EVALUATION: Facts = Facts {
    name: "/evaluationForm/name",
    detail: &[
        ("state", "/status"),
        ("conversation", "/conversation/id"),
        ("agent", "/agent/id"),
        ("evaluator", "/evaluator/id"),
        ("assigned", "/assignedDate"),
    ],
};

const CALIBRATION: Facts = Facts {
    name: "/evaluationForm/name",
    detail: &[("conversation", "/conversation/id"), ("agent", "/agent/id"), ("created", "/createdDate")],
};

impl Reader {
    /// Reads somebody's evaluations in the given states, in all if none is given, those of deleted users too: named by the
    /// form, with `state`, `conversation`, `agent`, `evaluator` and `assigned`.
    ///
    /// The vendor says that its total may be wrong here, so the list is read until no further page is announced.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `quality:evaluation:view`.
    pub async fn evaluations(
        &self,
        of: EvaluationsOf<'_>,
        states: &[EvaluationState],
    ) -> Result<Vec<Thing>, Error> {
        self.query_evaluations(of, states, true).await
    }

    /// Reads the same as [`Reader::evaluations`] as the vendor answers unless told otherwise: without evaluations whose
    /// agent or evaluator is deleted. Good for showing the difference, and for nothing else.
    ///
    /// # Errors
    /// As [`Reader::evaluations`].
    pub async fn evaluations_without_deleted_users(
        &self,
        of: EvaluationsOf<'_>,
        states: &[EvaluationState],
    ) -> Result<Vec<Thing>, Error> {
        self.query_evaluations(of, states, false).await
    }

    async fn query_evaluations(
        &self,
        of: EvaluationsOf<'_>,
        states: &[EvaluationState],
        deleted_users: bool,
    ) -> Result<Vec<Thing>, Error> {
        let (name, user) = match of {
            EvaluationsOf::Agent(user) => ("agentUserId", user),
            EvaluationsOf::Evaluator(user) => ("evaluatorUserId", user),
            EvaluationsOf::Assignee(user) => ("assigneeUserId", user),
        };
        let call = |page: u32| {
            let call = Call::get("query evaluations", "/api/v2/quality/evaluations/query", &[])
                .query(name, user)
                .query("includeDeletedUsers", if deleted_users { "true" } else { "false" });
            let call = states.iter().fold(call, |call, state| call.query("evaluationState", state.as_str()));
            self.on_page(call, page)
        };
        Ok(things(self.list_to_its_end(&call).await?, EVALUATION))
    }

    /// Reads the calibrations that a user leads, named by the form, with `conversation`, `agent` and `created`. Those in which
    /// the user is only one of the evaluators cannot be asked for.
    ///
    /// The vendor says that its total may be wrong here, so the list is read until no further page is announced.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Disposition::Forbidden) without `quality:calibration:view`.
    pub async fn calibrations(&self, user: &str) -> Result<Vec<Thing>, Error> {
        let call = |page: u32| {
            let call = Call::get("read calibrations", "/api/v2/quality/calibrations", &[])
                .query("calibratorId", user);
            self.on_page(call, page)
        };
        Ok(things(self.list_to_its_end(&call).await?, CALIBRATION))
    }
}
