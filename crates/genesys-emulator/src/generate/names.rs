//! Word lists that generated organizations are named from.

pub(crate) const FIRST: &[&str] = &[
    "Ada", "Amara", "Anders", "Beatriz", "Boris", "Carmen", "Chidi", "Clara", "Daniel", "Deepa", "Diego",
    "Ebba", "Elena", "Emeka", "Emil", "Fatima", "Felix", "Freya", "Gabriel", "Grace", "Hana", "Henrik",
    "Ines", "Ivan", "Jamal", "Jonas", "Julia", "Kaito", "Karin", "Kofi", "Lars", "Leila", "Linnea", "Luca",
    "Maja", "Marco", "Marta", "Mei", "Nadia", "Nils", "Noor", "Olga", "Omar", "Oskar", "Paula", "Petra",
    "Priya", "Rafael", "Ravi", "Rosa", "Samir", "Sara", "Sofia", "Stefan", "Tariq", "Tove", "Viktor", "Wei",
    "Yara", "Zoe",
];

pub(crate) const LAST: &[&str] = &[
    "Abara",
    "Ahmed",
    "Almeida",
    "Andersson",
    "Bauer",
    "Becker",
    "Bell",
    "Berg",
    "Blom",
    "Castro",
    "Chen",
    "Costa",
    "Dahl",
    "Diaz",
    "Dubois",
    "Ekman",
    "Evans",
    "Farah",
    "Ferrari",
    "Fischer",
    "Garcia",
    "Gupta",
    "Haddad",
    "Hansen",
    "Hughes",
    "Ito",
    "Ivanova",
    "Jansen",
    "Jensen",
    "Kaya",
    "Khan",
    "Kim",
    "Kowalski",
    "Larsen",
    "Lind",
    "Lopez",
    "Martin",
    "Mendes",
    "Meyer",
    "Moreau",
    "Nguyen",
    "Novak",
    "Okafor",
    "Olsen",
    "Patel",
    "Pereira",
    "Quinn",
    "Reyes",
    "Rossi",
    "Sato",
    "Silva",
    "Singh",
    "Svensson",
    "Tanaka",
    "Torres",
    "Vega",
    "Wagner",
    "Wong",
    "Young",
    "Zhang",
];

pub(crate) const DIVISIONS: &[&str] = &["Home", "North", "South", "Partners"];

pub(crate) const DEPARTMENTS: &[&str] = &["Customer Care", "Billing", "Technical Support", "Sales", "Claims"];

pub(crate) const QUEUES: &[&str] = &[
    "Billing",
    "Technical Support",
    "Sales",
    "Retention",
    "Claims",
    "Orders",
    "Returns",
    "Onboarding",
    "Complaints",
    "Priority Customers",
];

pub(crate) const REGIONS: &[&str] = &["", " EMEA", " Americas", " APAC", " Nordics", " Overflow"];

pub(crate) const SKILLS: &[&str] = &[
    "Invoices",
    "Refunds",
    "Broadband",
    "Mobile",
    "Hardware",
    "Contracts",
    "Escalations",
    "Fraud",
    "Shipping",
    "Insurance",
    "Loyalty",
    "Cancellations",
];

pub(crate) const LANGUAGES: &[&str] = &["English", "German", "French", "Spanish", "Swedish"];

pub(crate) const GROUPS: &[&str] = &["Early Shift", "Late Shift", "Home Office", "Mentors", "Floor Walkers"];

pub(crate) const WRAP_UPS: &[&str] = &[
    "Resolved",
    "Follow-up Needed",
    "Wrong Number",
    "Escalated",
    "Refund Issued",
    "Sale Made",
    "Callback Promised",
    "Customer Hung Up",
    "Technician Booked",
    "Address Changed",
    "Complaint Logged",
    "Information Given",
];

pub(crate) const FLOWS: &[&str] =
    &["Main Menu", "After Hours Menu", "Billing Menu", "Web Messaging Triage", "Mail Routing", "Chat Triage"];

pub(crate) const NOTES: &[&str] = &[
    "Customer asked about the last invoice; explained the pro-rated part and sent a copy by mail.",
    "Line drops in the evening. Reset the port, customer will watch it for a day.",
    "Wants to move the contract to a new address from the first of next month.",
    "Refund of the second payment approved by the team lead, booked under the usual account.",
    "Order arrived incomplete; the missing part is sent again with express shipping.",
    "Identity checked, password reset, customer logged in during the call.",
    "Asked for a supervisor; calmed down after the waiting time was explained.",
    "Promised to ring back after the technician's visit.",
];

pub(crate) const SUBJECTS: &[&str] = &[
    "Question about my invoice",
    "Re: Your order has been shipped",
    "Cancellation of my contract",
    "Internet is slow since Monday",
    "Wrong amount charged",
    "Change of address",
    "Complaint about the technician's visit",
    "Re: Re: Missing part in delivery",
];
