{"type":"note","text":"x"}
