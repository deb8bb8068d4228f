"""Names of people as they are found in Suriname, Trinidad and Barbados; all of them made up."""

NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "paramaribo": (("Renuka", "Sital"), ("Marlon", "Kromosoeto")),
    "port-of-spain": (("Kerwin", "Joseph"),),
    "bridgetown": (("Andrea", "Clarke"), ("Denise", "Hinds")),
}
"""Champions and approvers, by site; they come first, so that their addresses are never taken."""

GIVEN = {
    "paramaribo": (
        *("Anjali", "Désirée", "Soerin", "Chandrika", "Gilberto", "Mei-Lan", "Ruben", "Noëlle"),
        *("Kwame", "Shanti", "Wim", "Faïza", "Orlando", "Priya", "Joël", "Marijke", "Rayen"),
        *("Sharda", "Ferdinand", "Loes", "Iwan", "Rosita", "André", "Vinod", "Esmée", "Humphrey"),
        *("Zaïre", "Tjong", "Ludmila", "Radjesh", "Xiomara", "Cyriel"),
    ),
    "port-of-spain": (
        *("Kezia", "Anil", "Camille", "Darius", "Renée", "Sunita", "Jérôme", "Makeda", "Nigel"),
        *("Oneika", "Rajiv", "Shivani", "Tevin", "Ursula", "Zoë", "Avinash", "Giselle", "Curtis"),
        *("Indra", "Lystra", "Marcus", "Stéphane", "Vishnu"),
    ),
    "bridgetown": (
        *("Shanice", "Winston", "Chloë", "Desmond", "Rianna", "Everton", "Joy-Ann", "Kemar"),
        *("Marva", "Neville", "Odessa", "Ryan", "Tamika", "Ulric", "Yvonne", "Zachary"),
    ),
}
FAMILY = {
    "paramaribo": (
        *("Ramdin", "van 't Hooft", "Wijngaarde", "Pinas", "Lie A Fat", "Amatmoestar", "Doekhie"),
        *("Tjin-A-Kiet", "Pinto", "Biharie", "Kartosen", "de Vries", "Abiamofo", "Güldner"),
        *("Soekhoe", "Landveld", "Brandon-Díaz", "Moestadja", "Emanuels", "Jubithana"),
    ),
    "port-of-spain": (
        *("Baptiste", "Mohammed", "Ramkissoon", "St. Hilaire", "de Freitas", "Charles", "Pérez"),
        *("Maharaj", "O'Connor", "Lee Lum", "Alexander", "Boissière", "Gopaul", "Sookram"),
    ),
    "bridgetown": (
        *("Greenidge", "Brathwaite", "Worrell", "Alleyne", "Holder", "Sobers", "Gittens"),
        *("Blackman", "Cumberbatch", "Haynes", "Ifill-Moore", "Layne"),
    ),
}
TITLES = {
    "Verkoop": ("Accountmanager", "Verkoper binnendienst", "Sales Representative"),
    "Service": ("Medewerker service", "Field Technician", "Support Agent"),
    "Magazijn": ("Magazijnmedewerker", "Warehouse Clerk", "Storekeeper"),
    "Inkoop": ("Inkoper", "Buyer", "Purchasing Assistant"),
    "Financiën": ("Boekhouder", "Accounts Clerk", "Credit Controller"),
}
