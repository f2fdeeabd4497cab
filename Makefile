run test check tidy words server two lock bench shots:
	python3 dev.py $@

.PHONY: run test check tidy words server two lock bench shots
