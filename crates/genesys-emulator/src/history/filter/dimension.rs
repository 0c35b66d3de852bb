//! The dimensions that the vendor lets conversations be filtered by.
//!
//! Enumerations of the vendor's `SegmentDetailQueryPredicate` and `ConversationDetailQueryPredicate`.

/// Dimensions of a segment filter.
pub(super) const SEGMENT: &[&str] = &[
    "addressFrom", "addressTo", "agentAssistantId", "agentOwned", "ani", "authenticated",
    "bargedParticipantId", "callbackNumber", "callbackScheduledTime", "canonicalExternalContactId",
    "cleared", "coachedParticipantId", "conference", "deliveryPushed", "deliveryStatus",
    "destinationAddress", "destinationConversationId", "detectedSpeechEnd", "detectedSpeechStart",
    "direction", "disconnectType", "dnis", "edgeId", "engagementSource", "errorCode", "exitReason",
    "extendedDeliveryStatus", "externalContactId", "externalOrganizationId", "flaggedReason", "flowId",
    "flowName", "flowOutType", "flowOutcome", "flowOutcomeId", "flowOutcomeValue", "flowVersion", "groupId",
    "journeyActionId", "journeyActionMapId", "journeyCustomerId", "journeyCustomerIdType",
    "journeyCustomerSessionId", "mediaCount", "mediaType", "messageType", "monitoredParticipantId",
    "outboundCampaignId", "outboundContactId", "outboundContactListId", "participantName", "protocolCallId",
    "provider", "purpose", "queueId", "recording", "remote", "remoteNameDisplayable", "requestedLanguageId",
    "requestedRouting", "requestedRoutingSkillId", "scoredAgentId", "screenMonitoredUserId",
    "screenRecording", "scriptId", "segmentEnd", "segmentType", "sessionDnis", "sipResponseCode",
    "skillExpressionId", "snippetRecording", "subject", "teamId", "transferTargetAddress",
    "transferTargetName", "transferType", "usedRouting", "userId", "wrapUpCode", "wrapUpNote",
];

/// Dimensions of a conversation filter.
pub(super) const CONVERSATION: &[&str] = &[
    "accessAttribute", "conversationEnd", "conversationId", "conversationInitiator", "conversationStart",
    "customerParticipation", "divisionId", "externalTag", "mediaStatsMinConversationMos",
    "originatingDirection", "originatingSocialMediaPublic",
];
