// Meanwhile
