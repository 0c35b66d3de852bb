//! The vendor's record, object by object: `AnalyticsConversation` of the official Python SDK, version 269.0.0, and
//! what it holds. Names are the vendor's; fields stand in order of name.

use super::Kind::{Flag, Integer, Integers, Json, Object, Objects, Real, Text, Texts, Time, Uuid};
use super::Privacy::{Addresses, Attributes, Names, Notes};
use super::Withheld::{NameOfParticipant, Quoting, Saying};
use super::{Field, ObjectType};

/// A conversation.
pub(crate) static CONVERSATION: ObjectType = ObjectType {
    fields: &[
        Field::new("accessAttributes", Texts),
        Field::new("associatedConversationId", Text),
        Field::new("conferenceStart", Time),
        Field::new("consultationConversationIds", Texts),
        Field::new("conversationEnd", Time),
        Field::new("conversationId", Text),
        Field::new("conversationInitiator", Text),
        Field::new("conversationStart", Time),
        Field::new("customerParticipation", Flag),
        Field::new("divisionIds", Texts),
        Field::new("evaluations", Objects(&EVALUATION)),
        Field::new("externalTag", Text).withheld(Saying),
        Field::new("inactivityTimeout", Time),
        Field::new("knowledgeBaseIds", Texts),
        Field::new("mediaStatsMinConversationMos", Real),
        Field::new("mediaStatsMinConversationRFactor", Real),
        Field::new("originatingDirection", Text),
        Field::new("originatingSocialMediaPublic", Flag),
        Field::new("participants", Objects(&PARTICIPANT)),
        Field::new("resolutions", Objects(&RESOLUTION)),
        Field::new("selfServed", Flag),
        Field::new("surveys", Objects(&SURVEY)),
    ],
};

/// An evaluation.
pub(crate) static EVALUATION: ObjectType = ObjectType {
    fields: &[
        Field::new("assigneeApplicable", Flag),
        Field::new("assigneeId", Text),
        Field::new("calibrationId", Text),
        Field::new("contextId", Text),
        Field::new("deleted", Flag),
        Field::new("evaluationId", Text),
        Field::new("evaluationStatus", Text),
        Field::new("evaluatorId", Text),
        Field::new("eventTime", Time),
        Field::new("formId", Text),
        Field::new("formName", Text),
        Field::new("oTotalCriticalScore", Integer),
        Field::new("oTotalScore", Integer),
        Field::new("queueId", Text),
        Field::new("released", Flag),
        Field::new("rescored", Flag),
        Field::new("systemSubmitted", Flag),
        Field::new("userId", Text),
    ],
};

/// A survey.
pub(crate) static SURVEY: ObjectType = ObjectType {
    fields: &[
        Field::new("eventTime", Time),
        Field::new("oSurveyTotalScore", Integer),
        Field::new("queueId", Text),
        Field::new("surveyCompletedDate", Time),
        Field::new("surveyFormContextId", Text),
        Field::new("surveyFormId", Text),
        Field::new("surveyFormName", Text),
        Field::new("surveyId", Text),
        Field::new("surveyPartialResponse", Flag),
        Field::new("surveyPromoterScore", Integer),
        Field::new("surveyStatus", Text),
        Field::new("surveyType", Text),
        Field::new("userId", Text),
    ],
};

/// A resolution.
pub(crate) static RESOLUTION: ObjectType = ObjectType {
    fields: &[
        Field::new("eventTime", Time),
        Field::new("nNextContactAvoided", Integer),
        Field::new("queueId", Text),
        Field::new("userId", Text),
    ],
};

/// A participant.
pub(crate) static PARTICIPANT: ObjectType = ObjectType {
    fields: &[
        Field::new("attributes", Json).in_group(Attributes),
        Field::new("externalContactId", Text),
        Field::new("externalOrganizationId", Text),
        Field::new("flaggedReason", Text),
        Field::new("participantId", Uuid),
        Field::new("participantName", Text).withheld(NameOfParticipant),
        Field::new("purpose", Text),
        Field::new("screenRecording", Flag),
        Field::new("sessions", Objects(&SESSION)),
        Field::new("teamId", Text),
        Field::new("userId", Text),
    ],
};

/// A session.
pub(crate) static SESSION: ObjectType = ObjectType {
    fields: &[
        Field::new("activeSkillIds", Texts),
        Field::new("acwSkipped", Flag),
        Field::new("addressFrom", Text).of(Addresses),
        Field::new("addressOther", Text).of(Addresses),
        Field::new("addressSelf", Text).of(Addresses),
        Field::new("addressTo", Text).of(Addresses),
        Field::new("agentAssistantId", Text),
        Field::new("agentBullseyeRing", Integer),
        Field::new("agentGroups", Objects(&AGENT_GROUP)),
        Field::new("agentOwned", Flag),
        Field::new("ani", Text).of(Addresses),
        Field::new("assignerId", Text),
        Field::new("authenticated", Flag),
        Field::new("bargedParticipantId", Text),
        Field::new("bcc", Texts).of(Addresses),
        Field::new("callbackNumbers", Texts).of(Addresses),
        Field::new("callbackScheduledTime", Time),
        Field::new("callbackUserName", Text).of(Names),
        Field::new("cc", Texts).of(Addresses),
        Field::new("cleared", Flag),
        Field::new("coachedParticipantId", Text),
        Field::new("cobrowseRole", Text),
        Field::new("cobrowseRoomId", Text).withheld(Quoting),
        Field::new("deliveryPushed", Flag),
        Field::new("deliveryStatus", Text),
        Field::new("deliveryStatusChangeDate", Time),
        Field::new("destinationAddresses", Texts).of(Addresses),
        Field::new("detectedSpeechEnd", Time),
        Field::new("detectedSpeechStart", Time),
        Field::new("direction", Text),
        Field::new("dispositionAnalyzer", Text),
        Field::new("dispositionName", Text),
        Field::new("dnis", Text).of(Addresses),
        Field::new("edgeId", Text),
        Field::new("eligibleAgentCounts", Integers),
        Field::new("engagementSource", Text),
        Field::new("errorCodeDescription", Text).withheld(Saying),
        Field::new("extendedDeliveryStatus", Text).withheld(Saying),
        Field::new("flow", Object(&FLOW)),
        Field::new("flowInType", Text),
        Field::new("flowOutType", Text),
        Field::new("journeyActionId", Text),
        Field::new("journeyActionMapId", Text),
        Field::new("journeyActionMapVersion", Integer),
        Field::new("journeyCustomerId", Text).of(Addresses),
        Field::new("journeyCustomerIdType", Text),
        Field::new("journeyCustomerSessionId", Text).of(Addresses),
        Field::new("journeyCustomerSessionIdType", Text),
        Field::new("mediaBridgeId", Text),
        Field::new("mediaCount", Integer),
        Field::new("mediaEndpointStats", Objects(&MEDIA_ENDPOINT_STAT)),
        Field::new("mediaType", Text),
        Field::new("messageType", Text),
        Field::new("metrics", Objects(&METRIC)),
        Field::new("monitoredParticipantId", Text),
        Field::new("outboundCampaignId", Text),
        Field::new("outboundContactId", Text).withheld(Quoting),
        Field::new("outboundContactListId", Text),
        Field::new("peerId", Uuid),
        Field::new("proposedAgents", Objects(&PROPOSED_AGENT)),
        Field::new("protocolCallId", Uuid).withheld(Quoting),
        Field::new("provider", Text),
        Field::new("recording", Flag),
        Field::new("remote", Text).of(Addresses),
        Field::new("remoteNameDisplayable", Text).of(Names),
        Field::new("removedSkillIds", Texts),
        Field::new("requestedRoutings", Texts),
        Field::new("roomId", Uuid).withheld(Quoting),
        Field::new("routingRing", Integer),
        Field::new("routingRule", Text),
        Field::new("routingRuleType", Text),
        Field::new("screenMonitoredUserId", Text),
        Field::new("screenShareAddressSelf", Text).of(Addresses),
        Field::new("screenShareRoomId", Text).withheld(Quoting),
        Field::new("scriptId", Text),
        Field::new("segments", Objects(&SEGMENT)),
        Field::new("selectedAgentId", Text),
        Field::new("selectedAgentRank", Integer),
        Field::new("sessionDnis", Text).of(Addresses),
        Field::new("sessionId", Uuid),
        Field::new("sharingScreen", Flag),
        Field::new("skillExpressionId", Text),
        Field::new("skipEnabled", Flag),
        Field::new("snippetRecording", Flag),
        Field::new("timeoutSeconds", Integer),
        Field::new("usedRouting", Text),
        Field::new("videoAddressSelf", Text).of(Addresses),
        Field::new("videoRoomId", Text).withheld(Quoting),
        Field::new("waitingInteractionCounts", Integers),
    ],
};

/// A group that conditional routing tried.
pub(crate) static AGENT_GROUP: ObjectType =
    ObjectType { fields: &[Field::new("agentGroupId", Text), Field::new("agentGroupType", Text)] };

/// An agent that predictive routing proposed.
pub(crate) static PROPOSED_AGENT: ObjectType =
    ObjectType { fields: &[Field::new("agentRank", Integer), Field::new("proposedAgentId", Text)] };

/// Quality of sound at one end.
pub(crate) static MEDIA_ENDPOINT_STAT: ObjectType = ObjectType {
    fields: &[
        Field::new("codecs", Texts),
        Field::new("discardedPackets", Integer),
        Field::new("duplicatePackets", Integer),
        Field::new("eventTime", Time),
        Field::new("invalidPackets", Integer),
        Field::new("maxLatencyMs", Integer),
        Field::new("minMos", Real),
        Field::new("minRFactor", Real),
        Field::new("overrunPackets", Integer),
        Field::new("receivedPackets", Integer),
        Field::new("underrunPackets", Integer),
    ],
};

/// The flow that a session passed.
pub(crate) static FLOW: ObjectType = ObjectType {
    fields: &[
        Field::new("endingLanguage", Text),
        Field::new("entryReason", Text).of(Addresses),
        Field::new("entryType", Text),
        Field::new("exitReason", Text),
        Field::new("flowId", Text),
        Field::new("flowName", Text),
        Field::new("flowType", Text),
        Field::new("flowVersion", Text),
        Field::new("issuedCallback", Flag),
        Field::new("outcomes", Objects(&FLOW_OUTCOME)),
        Field::new("recognitionFailureReason", Text),
        Field::new("startingLanguage", Text),
        Field::new("transferTargetAddress", Text).of(Addresses),
        Field::new("transferTargetName", Text).of(Names),
        Field::new("transferType", Text),
    ],
};

/// An outcome of a flow.
pub(crate) static FLOW_OUTCOME: ObjectType = ObjectType {
    fields: &[
        Field::new("flowOutcome", Text),
        Field::new("flowOutcomeEndTimestamp", Time),
        Field::new("flowOutcomeId", Uuid),
        Field::new("flowOutcomeStartTimestamp", Time),
        Field::new("flowOutcomeValue", Text),
    ],
};

/// A metric of a session.
pub(crate) static METRIC: ObjectType = ObjectType {
    fields: &[Field::new("emitDate", Time), Field::new("name", Text), Field::new("value", Integer)],
};

/// A segment of a session.
pub(crate) static SEGMENT: ObjectType = ObjectType {
    fields: &[
        Field::new("audioMuted", Flag),
        Field::new("conference", Flag),
        Field::new("destinationConversationId", Text),
        Field::new("destinationSessionId", Text),
        Field::new("disconnectType", Text),
        Field::new("errorCode", Text),
        Field::new("groupId", Text),
        Field::new("properties", Objects(&PROPERTY)),
        Field::new("q850ResponseCodes", Integers),
        Field::new("queueId", Text),
        Field::new("requestedLanguageId", Text),
        Field::new("requestedRoutingSkillIds", Texts),
        Field::new("requestedRoutingUserIds", Texts),
        Field::new("scoredAgents", Objects(&SCORED_AGENT)),
        Field::new("segmentEnd", Time),
        Field::new("segmentStart", Time),
        Field::new("segmentType", Text),
        Field::new("sipResponseCodes", Integers),
        Field::new("sourceConversationId", Text),
        Field::new("sourceSessionId", Text),
        Field::new("subject", Text).in_group(Notes),
        Field::new("videoMuted", Flag),
        Field::new("wrapUpCode", Text),
        Field::new("wrapUpNote", Text).in_group(Notes),
        Field::new("wrapUpTags", Texts),
    ],
};

/// An agent with a score.
pub(crate) static SCORED_AGENT: ObjectType =
    ObjectType { fields: &[Field::new("agentScore", Integer), Field::new("scoredAgentId", Text)] };

/// A property of a segment.
pub(crate) static PROPERTY: ObjectType = ObjectType {
    fields: &[
        Field::new("property", Text),
        Field::new("propertyType", Text),
        Field::new("value", Text).in_group(Notes),
    ],
};
