"""What the columns of a file mean: said once for all lists, by heading."""

MEANINGS = {
    "About": "Whom or what the task is about. “Restricted” is shown where the reader has no leave to see more.",
    "Case": "The person whom the case is about. “Restricted” is shown where the reader has no leave to see more.",
    "Case reference": "Longstop's own number of the case, with its check letter.",
    "Changed": "What differs between then and now.",
    "Custody": "Where the person is and under what, as far as Longstop knows.",
    "Due": "The day by which the task, or the case's next task, is to be done.",
    "Due, in words": "What the due date means on the day that the list shows.",
    "Last worked": "The last day on which somebody did something on the case.",
    "Lateness": "How far up the line a late task has climbed, and whether somebody there has answered for it.",
    "New": "Rows about somebody of whom the source had said nothing before.",
    "Next task due": "The day by which the case's next task is to be done.",
    "Offered": "The day on which the case was offered.",
    "Owner": "Who answers for the case or task. Each has exactly one owner.",
    "Problems": "How many of the record's values could not be used as they were supplied.",
    "Received rows": "Rows in the file: always the sum of new, changed, unchanged and refused.",
    "Refused": "Rows that could not be used. Each stays open until a later file mends it or somebody closes it with a reason.",
    "Release": "The release date that Longstop works by, from its sources.",
    "Release date": "The release date that Longstop works by, from its sources.",
    "Waiting for": "Whose turn it is: ours, or somebody else's.",
}
